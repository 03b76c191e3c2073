"""Fills the queue of the profiles' workers, watches a worker drain it into Qdrant, and counts what is there then: see drain.py.

    ["counts"]                 interactions and profiles, once the last profiles are written
    ["users", N]               how many users the first N events have
"""

import json
import os
import time

import drain
from qdrant_client import QdrantClient


class Watcher(drain.Watcher):
    queue = "events.qdrant"

    def __init__(self):
        super().__init__()
        self.client = QdrantClient(url=os.environ["QDRANT_URL"], api_key=os.environ["QDRANT_API_KEY"], timeout=60)

    def count(self, collection):
        return self.client.count(collection).count if self.client.collection_exists(collection) else 0

    def stored(self):
        return self.count("interactions")

    def counts(self):
        profiles, before = -1, -2
        while profiles != before:
            time.sleep(0.5)
            profiles, before = self.count("user_profiles"), profiles
        return [self.stored(), profiles]

    def users(self, count):
        return len({json.loads(body)["user_id"] for body in drain.bodies(count)})

    def empty(self):
        for collection in self.client.get_collections().collections:
            self.client.delete_collection(collection.name)
        return self.stored()


Watcher().obey()
