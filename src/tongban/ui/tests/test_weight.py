"""Compression, static files under names that change with them, and the files' host."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tongban.ui import files_host, weight

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def light(settings, tmp_path):
    """A node with one collected style sheet."""
    settings.MIDDLEWARE = ["tongban.ui.weight.Compressed", "tongban.ui.weight.Static", *settings.MIDDLEWARE]
    settings.STATIC_ROOT = tmp_path / "static"
    (tmp_path / "static" / "ui").mkdir(parents=True)
    (tmp_path / "static" / "ui" / "tongban.0123456789ab.css").write_text("a{}" * 400)
    (tmp_path / "static" / "ui" / "tongban.css").write_text("a{}" * 400)
    (tmp_path / "secret.txt").write_text("no")
    return Client()


def test_text_is_compressed_for_those_who_can_read_it(light):
    small = light.get("/styleguide", headers=GZIP)
    assert small["Content-Encoding"] == "gzip" and "Accept-Encoding" in small["Vary"]
    assert "<h1>" in gzip.decompress(small.content).decode()
    assert "Content-Encoding" not in light.get("/styleguide").headers


def test_the_length_of_a_compressed_page_does_not_tell_what_is_in_it(light):
    lengths = {len(light.get("/styleguide", headers=GZIP).content) for _ in range(12)}
    assert len(lengths) > 3


def test_the_token_of_a_page_is_another_one_each_time(light):
    found = {light.get("/nowhere").content.decode().split('X-CSRFToken": "')[1][:64] for _ in range(3)}
    assert len(found) == 3


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png"])
def test_what_is_small_already_is_left_alone(media_type):
    answer = HttpResponse(b"0" * 5000, content_type=media_type)
    request = RequestFactory().get("/", headers=GZIP)
    assert "Content-Encoding" not in weight.Compressed(lambda r: answer)(request).headers


def test_a_name_with_a_digest_is_kept_for_a_year_and_a_plain_one_for_an_hour(light):
    assert light.get("/static/ui/tongban.0123456789ab.css")["Cache-Control"] == "public, max-age=31536000, immutable"
    assert light.get("/static/ui/tongban.css")["Cache-Control"] == "public, max-age=3600"
    small = light.get("/static/ui/tongban.css", headers=GZIP)
    assert (small["Content-Encoding"], small["Vary"], small["Content-Type"]) == ("gzip", "Accept-Encoding", "text/css")
    assert gzip.decompress(small.content) == b"a{}" * 400


@pytest.mark.parametrize("path", ["../secret.txt", "ui/../../secret.txt", "%2e%2e/secret.txt", "ui", "", "nothing.css", "a%00.css"])
def test_nothing_but_collected_files_is_answered(light, path):
    assert light.get(f"/static/{path}").status_code == 404


def test_static_files_take_no_forms(light):
    assert light.post("/static/ui/tongban.css").status_code == 405


# -- the files' host ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two_hosts(settings):
    settings.TONGBAN_FILES_HOST, settings.TONGBAN_BASE_URL = "files.test", "http://pages.test"
    settings.TONGBAN_FILES_PATHS, settings.ALLOWED_HOSTS = ["/home"], ["files.test", "pages.test"]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:1], "tongban.ui.files_host.FilesHost", *settings.MIDDLEWARE[1:]]
    return Client()


def test_files_and_pages_are_answered_by_hosts_of_their_own(two_hosts):
    assert two_hosts.get("/home", headers={"Host": "files.test"}).status_code == 200
    assert two_hosts.get("/home", headers={"Host": "pages.test"}).status_code == 404
    assert two_hosts.get("/styleguide", headers={"Host": "pages.test"}).status_code == 200
    sent = two_hosts.get("/styleguide?a=1", headers={"Host": "files.test"})
    assert (sent.status_code, sent["Location"]) == (302, "http://pages.test/styleguide?a=1")


def test_a_node_with_one_name_serves_all_from_it(two_hosts, settings):
    settings.TONGBAN_FILES_HOST = ""
    assert two_hosts.get("/home", headers={"Host": "pages.test"}).status_code == 200
    assert files_host.hand(RequestFactory().get("/"), "home") is None


def test_a_link_to_a_file_is_good_for_a_minute_and_for_what_it_says(monkeypatch):
    from django.core import signing

    token = signing.dumps({"file": "1", "who": "2"}, salt=files_host.SALT, compress=True)
    assert files_host.handed(token) == {"file": "1", "who": "2"}
    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", signing.dumps({"file": "1"}, salt="another")):
        with pytest.raises(files_host.LinkSpent):
            files_host.handed(bad)
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    with pytest.raises(files_host.LinkSpent):
        files_host.handed(token)


def test_a_file_is_saved_and_never_run():
    answer = files_host.attachment(b"<script>", "text/html", "a.html")
    assert answer["Content-Disposition"] == 'attachment; filename="a.html"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'" and answer["Cache-Control"] == "no-store"
