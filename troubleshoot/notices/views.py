"""Following a maintenance or an outage by mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from troubleshoot.core.forms import AddressForm
from troubleshoot.core.guard import cookieless_post
from troubleshoot.core.keys import KEY
from troubleshoot.core.limits import network_of
from troubleshoot.notices import following
from troubleshoot.notices.models import Notice


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Leave an address: the reply is the same whether it follows already or not."""
    notice = get_object_or_404(Notice, pk=notice_id)
    if not following.may_be_followed(notice):
        raise Http404
    form = AddressForm(request.POST if request.method == "POST" else None)
    context = {"notice": notice, "form": form, "notices": [notice], "hides_follow": True}
    if not form.is_valid():
        return render(request, "notices/follow.html", context, status=422 if form.is_bound else 200)
    if following.limit_reached(network_of(request)):
        form.add_error(None, gettext("Very many requests come from your network just now. Wait a minute."))
        return render(request, "notices/follow.html", context, status=429)
    following.follow(notice, form.cleaned_data["email"], language=get_language() or "it")
    return render(request, "notices/follow.html", {**context, "is_sent": True})


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def following_link(request: HttpRequest, key: str) -> HttpResponse:
    """A mailed link. GET changes nothing; a button confirms, or ends it."""
    follower = following.find(key) if KEY.match(key) else None
    if follower is None:
        return render(request, "notices/following.html", {"said": "gone"}, status=404)
    said = ""
    if request.method == "POST" and "end" in request.POST:
        following.unfollow(follower)
        said = "ended"
    elif request.method == "POST":
        following.confirm(follower)
        said = "confirmed"
    context = {"follower": follower, "said": said, "notices": [follower.notice], "hides_follow": True}
    return render(request, "notices/following.html", context)
