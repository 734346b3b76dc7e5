from django.urls import path

from troubleshoot.finder import views

urlpatterns = [path("cerca/", views.search, name="search")]
