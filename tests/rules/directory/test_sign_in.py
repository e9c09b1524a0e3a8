"""Where the development issuer sends browsers back to, and who may redeem a code."""

import pytest

from luoshi_directory.sign_in.rules import challenge_of, may_return_to, proves

ALLOWED = ("http://127.0.0.1/callback", "https://demo.example/sign-in/arrival", "http://localhost:8000/fixed")


class TestReturnAddress:
    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1/callback",
            "http://127.0.0.1:49152/callback",
            "https://demo.example/sign-in/arrival",
            "http://localhost:8000/fixed",
        ],
    )
    def test_that_is_listed_is_taken(self, address: str) -> None:
        assert may_return_to(address=address, allowed=ALLOWED)

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "nonsense",
            "//127.0.0.1/callback",
            "https://127.0.0.1/callback",
            "http://127.0.0.1/callback/more",
            "http://127.0.0.1/callback?next=1",
            "http://127.0.0.1/callback#x",
            "http://127.0.0.1:bad/callback",
            "http://127.0.0.1:99999/callback",
            "http://me@127.0.0.1/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://evil.example/callback",
            "https://demo.example:8443/sign-in/arrival",
            "http://localhost:8001/fixed",
            "javascript:alert(1)",
        ],
    )
    def test_that_is_not_listed_is_refused(self, address: str) -> None:
        assert not may_return_to(address=address, allowed=ALLOWED)


class TestProof:
    def test_follows_the_published_example(self) -> None:
        """The example of RFC 7636, appendix B."""
        verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

        assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    def test_takes_no_other_verifier(self) -> None:
        assert not proves(verifier="another", challenge=challenge_of("one"))

    def test_takes_no_plain_challenge(self) -> None:
        assert not proves(verifier="plain", challenge="plain")

    def test_survives_letters_outside_ascii(self) -> None:
        assert not proves(verifier="落实", challenge="落实")
