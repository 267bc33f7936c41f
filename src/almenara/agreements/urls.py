"""Addresses of agreements and the inventory, under a language."""

from django.urls import path

from almenara.agreements.views import agreements, documents, feeds, items, systems

app_name = "agreements"

urlpatterns = [
    path("", agreements.listed, name="list"),
    path("new/", agreements.new, name="new"),
    path("<int:key>/", agreements.detail, name="detail"),
    path("<int:key>/edit/", agreements.edit, name="edit"),
    path("<int:key>/responsible/", agreements.responsible, name="responsible"),
    path("<int:key>/renew/", agreements.renew, name="renew"),
    path("<int:key>/to/<slug:status>/", agreements.move, name="move"),
    path("<int:key>/items/new/", items.new, name="item-new"),
    path("<int:key>/items/<int:item>/", items.edit, name="item-edit"),
    path("<int:key>/items/<int:item>/remove/", items.remove, name="item-remove"),
    path("<int:key>/documents/new/", documents.new, name="document-new"),
    path("documents/<uuid:public_id>/", documents.download, name="document"),
    path("map/", feeds.feeds, name="map"),
    path("systems/", systems.listed, name="systems"),
    path("systems/new/", systems.new, name="system-new"),
    path("systems/import/", systems.import_, name="system-import"),
    path("systems/template.csv", systems.template, name="system-template"),
    path("systems/<int:key>/", systems.detail, name="system"),
    path("systems/<int:key>/edit/", systems.edit, name="system-edit"),
]
