import io

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from troubleshoot.accounts.models import User

pytestmark = pytest.mark.django_db


def make(*arguments: str, **options: object) -> str:
    out = io.StringIO()
    call_command("make_reviewer", *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_command_makes_a_reviewer_who_already_has_a_second_factor():
    said = make("Rosa@NIMIC.example", "--name", "Rosa", "--generate")
    user = User.objects.get()
    assert user.email == "rosa@nimic.example"
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    password = said.split("Password: ")[1].split("\n")[0]
    assert user.check_password(password)
    assert len(said.split("once each: ")[1].split("\n")[0].split()) == 10


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c"])
def test_a_bad_address_is_said(address):
    with pytest.raises(CommandError):
        make(address, generate=True)


def test_an_address_that_is_taken_is_said():
    make("rosa@nimic.example", generate=True)
    with pytest.raises(CommandError):
        make("ROSA@nimic.example", generate=True)
    assert User.objects.count() == 1


def test_a_lost_second_factor_is_renewed_and_the_old_one_ends():
    make("rosa@nimic.example", generate=True)
    old = set(Authenticator.objects.values_list("pk", flat=True))
    assert "New second factor for rosa@nimic.example" in make("rosa@nimic.example", new_factor=True)
    assert not old & set(Authenticator.objects.values_list("pk", flat=True))
    with pytest.raises(CommandError, match="There is no reviewer"):
        make("nobody@nimic.example", new_factor=True)


def test_a_new_second_factor_ends_the_sessions_there_are(client):
    make("rosa@nimic.example", generate=True)
    client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/it/redazione/").status_code == 200
    make("rosa@nimic.example", new_factor=True)
    assert client.get("/it/redazione/").status_code == 302


def test_a_recovery_code_signs_in_once(client):
    said = make("rosa@nimic.example", generate=True)
    password = said.split("Password: ")[1].split("\n")[0]
    code = said.split("once each: ")[1].split()[0]
    for expected in ("/it/redazione/", None):
        client.logout()
        client.post("/it/redazione/accesso/login/", {"login": "rosa@nimic.example", "password": password})
        response = client.post("/it/redazione/accesso/2fa/authenticate/", {"code": code})
        assert response.get("Location") == expected


def test_the_last_second_factor_stays():
    make("rosa@nimic.example", generate=True)
    totp = Authenticator.objects.get(type="totp")
    assert not get_adapter().can_delete_authenticator(totp)
    Authenticator.objects.create(user=totp.user, type="webauthn", data={})
    assert get_adapter().can_delete_authenticator(totp)


def test_the_demo_s_reviewer_is_made_once_and_never_outside_a_demo(settings):
    make(demo=True)
    make(demo=True)
    assert User.objects.count() == 1
    settings.DEMO = False
    with pytest.raises(CommandError, match="refused outside a demo"):
        make(demo=True)
    with pytest.raises(CommandError, match="outside a demo"):
        call_command("demo_code")


def test_the_address_is_the_same_in_capitals(client):
    User.objects.create_user("rosa@nimic.example", "una-lunga-password")
    data = {"login": "ROSA@NIMIC.EXAMPLE", "password": "una-lunga-password"}
    assert client.post("/it/redazione/accesso/login/", data).status_code == 302


def test_nobody_signs_up(client):
    response = client.post("/it/redazione/accesso/signup/", {"email": "x@y.example", "password1": "una-lunga-password"})
    assert not User.objects.exists()
    assert response.status_code == 200


def test_wrong_passwords_are_slowed_down(client):
    User.objects.create_user("rosa@nimic.example", "una-lunga-password")
    data = {"login": "rosa@nimic.example", "password": "sbagliata"}
    for _ in range(12):
        client.post("/it/redazione/accesso/login/", data)
    right = client.post("/it/redazione/accesso/login/", data | {"password": "una-lunga-password"})
    assert right.status_code != 302
