from django.urls import path

from troubleshoot.notices import views

urlpatterns = [
    path("avviso/<int:notice_id>/segui/", views.follow, name="follow"),
    path("avviso/conferma/<str:key>/", views.following_link, name="following_link"),
]
