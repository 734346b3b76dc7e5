from django.apps import AppConfig


class FinderConfig(AppConfig):
    name = "troubleshoot.finder"

    def ready(self) -> None:
        from troubleshoot.finder import checks  # noqa: F401, PLC0415 - registers the system checks
