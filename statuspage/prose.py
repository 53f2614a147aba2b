"""What operators write, as HTML. The only door from their text to markup: Markdown without HTML, then a list of what may be there.

Both halves hold by themselves. A heading becomes a small one, because the page has its own; an image stays text, so that no page
asks a third party for anything. Without nh3 nothing starts.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
TAGS = {"p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h4"}
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


@lru_cache(maxsize=1024)
def prose(text: str) -> Markup:
    """The text as HTML that is safe to show."""
    tokens = _MARKDOWN.parse(TURNING.sub("", text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h4"
    made = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Markup(  # noqa: S704 -- cleaned in this very expression
        nh3.clean(made, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener noreferrer")
    )
