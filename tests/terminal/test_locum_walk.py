"""A locum of two sites at the real program: refused, linked, one code for both, and what the first site may still do."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.administrator import Administrator
from tests.terminal.counter import EMAIL, Counter, run

PASSWORD = "copper lantern wednesday"
BEN = "ben@bridge.example"
LEE = "lee@locum.example"
CHECKED = ("--identity", "called-back", "--reason", "works at both", "--ticket", "T7")


def test_one_login_for_two_sites_from_the_refusal_to_the_switch(tmp_path: Path) -> None:
    """ENU-05, SES-09, rules 5, 11, 12: created at one site, neutrally refused at the other, linked, one code for both."""
    site = ("--site-code", "FZ101", "--site-name", "Abbey")
    first = run(tmp_path, "init", *site, "--admin-name", "Ann", "--admin-email", EMAIL)
    run(tmp_path, "site", "add", "--code", "FZ102", "--name", "Bridge")
    bridge = ("--site", "FZ102", "--role", "admin", "--job", "manager")
    second = run(tmp_path, "person", "add", "--email", BEN, "--name", "Ben", *bridge)
    with Administrator(tmp_path) as ann, Counter(tmp_path, email=LEE) as lee:
        ann.enrol(first["activation_code"], PASSWORD)
        ann.wait_for("This is your first sign-in")
        lee.enrol(ann.add("Lee Locum", LEE, "l", "locum pharmacist"), PASSWORD)
        lee.wait_for("Staff at Abbey").press("f12").wait_for("You have signed out")
        with Administrator(tmp_path, email=BEN) as ben:
            ben.enrol(second["activation_code"], PASSWORD)
            ben.wait_for("This is your first sign-in")
            ben.fill_in("Lee", LEE, "l", "locum pharmacist")
            ben.wait_for("! This person already has an account.")
            assert "Abbey" not in ben.screen_text
            assert "Locum" not in ben.screen_text
        job = ("--role", "staff", "--job", "locum pharmacist")
        run(tmp_path, "person", "link", LEE, "--site", "FZ102", *job, *CHECKED)

        lee.sign_in(PASSWORD)
        lee.type_code(lee.code())
        lee.wait_for("Where do you work now?").settle(0.4).press("enter")
        lee.wait_for("You were linked to a site (FZ102)").settle(0.4).press("enter")
        lee.wait_for("Staff at Abbey")
        lee.go_to("Switch site", "Where do you work now?")
        lee.press("down", "enter").wait_for("Staff at Bridge")

        ann.open("Lee Locum", LEE)
        assert "Also linked elsewhere: only" in ann.screen_text
        assert "Reset" not in ann.screen_text
        assert "Bridge" not in ann.screen_text
        ann.go_to("Has left", "Their other sites stay as they are")
        ann.send("weekends are over").press("enter").wait_for("Are you sure?").settle(0.4)
        ann.press("tab").settle(0.4).press("enter")
        ann.wait_for("has left your site")
        lee.go_to("My account", "Signed in now")
        lee.press("f12").wait_for("You have signed out")
    person = run(tmp_path, "person", "show", LEE)["person"]
    assert (person["state"], [tie["site"] for tie in person["memberships"]]) == (
        "active",
        ["FZ102"],
    )
