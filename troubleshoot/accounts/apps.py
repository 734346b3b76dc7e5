from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "troubleshoot.accounts"

    def ready(self) -> None:
        from troubleshoot.accounts import checks  # noqa: F401, PLC0415 - registers the system checks
