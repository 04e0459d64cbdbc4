"""The wrapper lets every work through, and signs pictures alone."""

import artwright_signature
from artwright.testing import WrapperContract


class TestSignature(WrapperContract):
    plugin = artwright_signature
    medium = "painting"
    options = {"width": 256}


def test_pictures_are_signed_in_red_and_poems_are_not(plugin_host):
    plain, signed = plugin_host(builtin=True), plugin_host(artwright_signature, builtin=True)
    one, two = (s.generate("painting", "sea", options={"width": 256}, seed=1) for s in (plain, signed))
    assert one.id != two.id and (163, 38, 28) in {c for _, c in two.payload.getcolors(1 << 20)}
    assert plain.generate("literature", "sea", seed=1).id == signed.generate("literature", "sea", seed=1).id
