"""What people and programs are told when an address or a method is wrong."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("address", ["/nowhere", "/d/nowhere", "/join/nowhere", "/d/x/n/y"])
async def test_an_address_that_opens_nothing_says_so_on_a_page(site: Site, address: str) -> None:
    answer = await site.browser().get(address)
    assert answer.status_code in (401, 404)
    assert answer.headers["content-type"].startswith("text/html")
    assert "Traceback" not in answer.text


async def test_a_wrong_method_on_a_page_is_told_which_are_right(site: Site) -> None:
    answer = await site.browser().delete("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
