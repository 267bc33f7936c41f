from django.urls import path

from almenara.design import views

app_name = "design"

urlpatterns = [
    path("", views.styleguide, name="styleguide"),
    path("question/", views.confirm, name="confirm"),
    path("draft/", views.draft, name="draft"),
    path("job/<int:done>/", views.job, name="job"),
    path("<slug:family>/", views.family, name="family"),
]
