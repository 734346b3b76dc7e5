"""Addresses for the program, which speaks no language: docs/reference/joint.md."""

from django.urls import path

from troubleshoot.reports import pairing_api

urlpatterns = [
    path("v1/pairings", pairing_api.start_pairing, name="start_pairing"),
    path("v1/pairings/<str:public_id>", pairing_api.pairing_message, name="pairing_message"),
    path("problems", pairing_api.problem_list, name="problem_list"),
]
