"""The page's reading and writing of project files, in a Node process."""

import base64
import dataclasses

import numpy as np

from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.knn.model import Model
from tests.support.node import Node


class FileTwin(Node):
    """``web/src/exchange/showandtell.js`` behind the names of ``server/exchange/showandtell.py``."""

    def __init__(self):
        super().__init__("file-twin.mjs")

    def open(self, path):
        """What the page makes of a file: its content, or the error {code, came, expected}."""
        answer = self.ask({"open": str(path)})
        return decoded(answer["content"]) if "content" in answer else answer

    def save(self, content, path):
        """Has the page write a file. Returns {}, or the error."""
        return self.ask({"save": encoded(content), "path": str(path)})


def with_file(action, change):
    return {**action, "file": change(action["file"])} if "file" in action else action


def encoded(content):
    def base64_of(data):
        return None if data is None else base64.b64encode(data).decode()

    return {
        "name": content.name,
        "model": content.model and content.model.as_dict(),
        "settings": content.settings,
        "classes": [dataclasses.asdict(each) for each in content.classes],
        "examples": [
            {**dataclasses.asdict(example), "thumbnail": base64_of(example.thumbnail)} for example in content.examples
        ],
        "actions": [
            {"label": label, "actions": [with_file(action, base64_of) for action in actions]}
            for label, actions in content.actions.items()
        ],
        "embeddings": None if content.embeddings is None else base64_of(content.embeddings.tobytes()),
    }


def decoded(value):
    def bytes_of(text):
        return None if text is None else base64.b64decode(text)

    model = value["model"] and Model(**value["model"])
    numbers = bytes_of(value["embeddings"])
    return ProjectContent(
        value["name"],
        model,
        value["settings"],
        [ContentClass(**each) for each in value["classes"]],
        [ContentExample(**{**each, "thumbnail": bytes_of(each["thumbnail"])}) for each in value["examples"]],
        None if numbers is None else np.frombuffer(numbers, np.float32).reshape(-1, model.dimension),
        {row["label"]: [with_file(action, bytes_of) for action in row["actions"]] for row in value["actions"]},
    )
