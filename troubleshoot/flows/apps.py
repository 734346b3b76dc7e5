from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "troubleshoot.flows"

    def ready(self) -> None:
        from troubleshoot.flows import checks  # noqa: F401, PLC0415 - registers the system checks
