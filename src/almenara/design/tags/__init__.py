"""The components, one module a family. Templates load them all by `{% load design %}`.

Every component is a tag and not an included file: a parameter that is misspelt or left out is then an error where the
template is compiled, not a gap on the page. What a tag takes is shown at /styleguide/.
"""
