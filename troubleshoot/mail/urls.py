from django.conf import settings
from django.urls import path

from troubleshoot.mail import views

urlpatterns = (
    [
        path("posta/", views.demo_mailbox, name="demo_mailbox"),
        path("posta/<str:name>/", views.demo_mail, name="demo_mail"),
    ]
    if settings.DEMO
    else []
)
