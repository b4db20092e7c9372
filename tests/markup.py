"""Reads HTML that objects show in notebooks."""

from html.parser import HTMLParser


class Balanced(HTMLParser):
    """Collects the text of HTML, and checks that each element is closed."""

    def __init__(self, html):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
