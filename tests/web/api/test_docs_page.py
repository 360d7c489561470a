"""The API's own page works offline, and under the content security policy, which lets no inline script run."""

import re

from django.test import Client


def test_every_script_of_the_page_is_a_file_of_this_house(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()

    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert scripts
    assert [body for _, body in scripts if body.strip()] == []
    assert [tag for tag, _ in scripts if 'src="/' not in tag] == []


def test_the_script_that_draws_it_is_there(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    drawn_by = re.findall(r'src="(/api/docs/[^"]*)"', page)

    answer = client.get(drawn_by[0])

    assert (len(drawn_by), answer.status_code) == (1, 200)
    assert "SwaggerUIBundle" in answer.content.decode()
