"""The manual page says what the commands say: both are made from the same rows."""
from harness import TREE


def test_the_manual_page_is_the_one_that_the_binary_prints(lanterne):
    printed = lanterne.run("help", "--manual").ok().stdout
    assert (TREE / "docs/manual/lanterne.md").read_text(encoding="utf-8") == printed, \
        "lanterne help --manual > docs/manual/lanterne.md"
