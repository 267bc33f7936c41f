"""Files that people send: looked into, told what is wrong with them, cleaned of what tells on their author."""

from almenara.privacy.uploads.checking import Checked, check_upload
from almenara.privacy.uploads.names import clean_name
from almenara.privacy.uploads.refusals import UploadRefusedError
from almenara.privacy.uploads.types import FileType

__all__ = ["Checked", "FileType", "UploadRefusedError", "check_upload", "clean_name"]
