#!/usr/bin/env python3
"""A test server: Qdrant's REST API over Qdrant's own engine, in this process.

    pip install qdrant-edge-py orjson numpy        (Python 3.11 or newer)
    qdrant_server.py HOME [PORT]                   (PORT 6333 if left out)

It listens on 127.0.0.1, keeps its data under HOME, prints `Started.` when it takes connections and stops on
SIGTERM or SIGINT. Environment: QDRANT_API_KEY, QDRANT_READ_ONLY_API_KEY, and QDRANT_TEST_FLUSH=0 to leave out the
flush before each answer to `wait=true` (the engine's write-ahead log still outlives kill -9, but not a power cut).

The answers follow the recordings of Qdrant 1.18.3 in Tests/Clients/QdrantClientTests/Fixtures. The engine holds Python's
interpreter lock while it works, so one event loop does everything and requests are answered one after another.
"""

import asyncio
import fcntl
import json
import math
import os
import re
import shutil
import signal
import socket
import struct
import sys
import time
import uuid
from urllib.parse import parse_qsl, quote, unquote

import numpy as np
import orjson
import qdrant_edge as qe

VERSION = "1.18.3"  # the version whose REST answers are copied, not that of the engine
MAX_BODY = 32 * 1024 * 1024
MAX_HEAD = 64 * 1024
MAX_FLOAT32 = 3.4028235677973366e38  # at and above this a number becomes infinity in 32 bits
FLUSH = os.environ.get("QDRANT_TEST_FLUSH", "1") != "0"
Op = qe.UpdateOperation


# ---------------------------------------------------------------- errors

class Failure(Exception):
    """An answer other than success. `at_end` adds the place in the body, as Qdrant's JSON reader reports it."""

    def __init__(self, status, text, at_end=False, headers=()):
        super().__init__(text)
        self.status, self.text, self.at_end, self.headers = status, text, at_end, headers


def kind_of_failure(status, prefix):
    return lambda text, at_end=False: Failure(status, prefix + text, at_end)


bad_request = kind_of_failure(400, "Bad request: ")
wrong_input = kind_of_failure(400, "Wrong input: ")
conflict = kind_of_failure(409, "Wrong input: ")
not_found = kind_of_failure(404, "Not found: ")
not_covered = kind_of_failure(501, "Not covered by the test server: ")
bad_format = kind_of_failure(400, "Format error in JSON body: ")
no_variant = kind_of_failure(400, "Format error in JSON body: data did not match any variant of untagged enum ")


def engine_failure(error):
    text = str(error)
    if text.startswith("No point with id"):
        return not_found(text + " found")
    if text.startswith("Service runtime error") or not isinstance(error, Exception):
        return Failure(500, "Service internal error: " + text)
    return wrong_input(text)


def place(body, offset):
    """Line and column in the form of Qdrant's JSON reader; `offset` counts the characters read."""
    before = body[:offset]
    return f" at line {before.count(10) + 1} column {len(before) - (before.rfind(10) + 1)}"


def json_complaint(body, error):
    """What Qdrant's JSON reader says of a body that is not JSON, as near as the place of orjson's error allows."""
    if error.pos < len(body):
        text = "trailing characters" if "after document" in str(error) else "expected value"
        return bad_format(text + place(body, error.pos + 1))
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", body).rstrip()  # without its complete strings
    opened = []
    for char in re.findall(rb"[][{}]", bare):
        if char in b"[{":
            opened.append(char)
        elif opened:
            opened.pop()
    if b'"' in bare:
        what = "a string"
    elif not opened or bare[-1:] in b",:":
        what = "a value"
    else:
        what = "a list" if opened[-1] == b"[" else "an object"
    return bad_format("EOF while parsing " + what + place(body, len(body)))


# ---------------------------------------------------------------- from JSON to the engine

def field(body, name):
    try:
        return body[name]
    except KeyError:
        raise bad_format(f"missing field `{name}`", at_end=True) from None
    except TypeError:
        raise bad_format("invalid type, expected a map", at_end=True) from None


def refuse_invalid(complaints):
    if complaints:
        raise Failure(422, "Validation error in JSON body: [" + ", ".join(complaints) + "]")


def count_of(body, name, default, least, where, complaints):
    """A non-negative integer of the body, checked against its least value."""
    number = body.get(name)
    if number is None:
        return default
    if type(number) is not int or number < 0:
        raise bad_format(f"invalid value for `{name}`: {json.dumps(number)}, expected usize", at_end=True)
    if number < least:
        complaints.append(f"{where}.{name}: value {number} invalid, must be {least} or larger")
    return number


def point_id(value):
    if type(value) is int and 0 <= value < 2 ** 64:
        return value
    if type(value) is str:
        try:
            return str(uuid.UUID(value))
        except ValueError:
            pass
    raise bad_format(f"value {value if type(value) is str else json.dumps(value)} is not a valid point ID, "
                     "valid values are either an unsigned integer or a UUID")


def point_ids(values):
    if type(values) is not list:
        raise bad_format("invalid type, expected a sequence", at_end=True)
    return [point_id(value) for value in values]


def payload_selector(value, default):
    if value is None:
        return default
    if type(value) in (bool, list):
        return value
    if type(value) is dict and type(value.get("include")) is list:
        return qe.PayloadSelector.Include(value["include"])
    if type(value) is dict and type(value.get("exclude")) is list:
        return qe.PayloadSelector.Exclude(value["exclude"])
    raise no_variant("WithPayloadInterface", at_end=True)


def vector_selector(body):
    value = body.get("with_vector", body.get("with_vectors"))
    if value is None:
        return False
    if type(value) not in (bool, list):
        raise no_variant("WithVector", at_end=True)
    return value


def make_match(match):
    if type(match) is dict:
        if "value" in match:
            value = match["value"]
            # The binding reads a Python bool as the integer 1 or 0; NumPy's is taken for what it is.
            return qe.MatchValue(np.bool_(value) if type(value) is bool else value)
        for name, kind in (("any", qe.MatchAny), ("except", qe.MatchExcept), ("text", qe.MatchText),
                           ("text_any", qe.MatchTextAny), ("phrase", qe.MatchPhrase)):
            if name in match:
                return kind(match[name])
    raise no_variant("Match", at_end=True)


def make_range(value):
    bounds = {name: value[name] for name in ("gte", "gt", "lte", "lt") if value.get(name) is not None}
    if any(type(bound) is str for bound in bounds.values()):
        return qe.RangeDateTime(**bounds)
    return qe.RangeFloat(**bounds)


FIELD_CONDITIONS = {
    "match": make_match,
    "range": make_range,
    "values_count": lambda v: qe.ValuesCount(**{k: v[k] for k in ("lt", "gt", "lte", "gte") if v.get(k) is not None}),
    "is_empty": bool,
    "is_null": bool,
}
CLAUSES = ("should", "min_should", "must", "must_not")


def make_condition(body, where, complaints):
    if type(body) is not dict:
        raise no_variant("Condition", at_end=True)
    if "nested" in body:
        nested = body["nested"]
        return qe.NestedCondition(nested["key"], make_filter(nested["filter"], where + ".nested.filter", complaints))
    if "key" in body:
        if any(name.startswith("geo_") for name in body):
            raise not_covered("geographical conditions")
        parts = {name: make(body[name]) for name, make in FIELD_CONDITIONS.items() if body.get(name) is not None}
        if not parts:
            complaints.append(f"{where}.__all__: Validation error: At least one field condition must be specified [{{}}]")
        return qe.FieldCondition(body["key"], **parts)
    if "has_id" in body:
        return qe.HasIdCondition(set(point_ids(body["has_id"])))
    if "is_empty" in body:
        return qe.IsEmptyCondition(body["is_empty"]["key"])
    if "is_null" in body:
        return qe.IsNullCondition(body["is_null"]["key"])
    if "has_vector" in body:
        return qe.HasVectorCondition(body["has_vector"])
    if any(clause in body for clause in CLAUSES):
        return make_filter(body, where, complaints)
    raise no_variant("Condition", at_end=True)


def make_filter(body, where, complaints):
    """The engine's filter for a JSON filter; what fails validation is added to `complaints`."""
    if body is None:
        return None
    if type(body) is not dict:
        raise bad_format("invalid type, expected struct Filter", at_end=True)
    for name in body:
        if name not in CLAUSES:
            raise bad_format(f"unknown field `{name}`, expected one of `should`, `min_should`, `must`, `must_not`", at_end=True)

    def clause(value, at):
        if value is None:
            return None
        if type(value) is dict:
            return [make_condition(value, at, complaints)]
        return [make_condition(each, f"{at}[{i}]", complaints) for i, each in enumerate(value)]

    try:
        least = body.get("min_should")
        return qe.Filter(
            must=clause(body.get("must"), where + ".must"),
            should=clause(body.get("should"), where + ".should"),
            must_not=clause(body.get("must_not"), where + ".must_not"),
            min_should=least and qe.MinShould(clause(least["conditions"], where + ".min_should.conditions"), least["min_count"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise no_variant("Condition", at_end=True) from None


def checked(make, *arguments):
    """Runs `make` with a list for complaints as its last argument and answers 422 if it held any."""
    complaints = []
    made = make(*arguments, complaints)
    refuse_invalid(complaints)
    return made


SCHEMA_OPTIONS = ("lookup", "range", "is_tenant", "is_principal", "on_disk", "enable_hnsw", "min_token_len", "max_token_len",
                  "lowercase", "ascii_folding", "phrase_matching")


def make_schema(schema):
    kind = schema.get("type") if type(schema) is dict else schema
    if kind not in ("keyword", "integer", "float", "geo", "text", "bool", "datetime", "uuid"):
        raise no_variant("PayloadFieldSchema", at_end=True)
    if type(schema) is str:
        return getattr(qe.PayloadSchemaType, kind.capitalize())
    options = {name: schema[name] for name in SCHEMA_OPTIONS if schema.get(name) is not None}
    if schema.get("tokenizer"):
        options["tokenizer"] = getattr(qe.TokenizerType, schema["tokenizer"].capitalize())
    return getattr(qe, kind.capitalize() + "IndexParams")(**options)


def make_vector_params(params):
    if type(params) is not dict or type(params.get("size")) is not int or not 1 <= params["size"] <= 65536 \
            or params.get("distance") not in ("Cosine", "Euclid", "Dot", "Manhattan"):
        raise no_variant("VectorsConfig", at_end=True)
    if params.get("multivector_config"):
        raise not_covered("multivectors")
    datatype = params.get("datatype")
    return qe.EdgeVectorParams(params["size"], getattr(qe.Distance, params["distance"]),
                               datatype=datatype and getattr(qe.VectorStorageDatatype, datatype.capitalize()))


# ---------------------------------------------------------------- from the engine to JSON

def vector_json(vector):
    """A vector as 32-bit numbers, which are written with as few digits as that needs. `{}` if the point has none."""
    return vector if type(vector) is dict else np.array(vector, dtype=np.float32)


def id_json(value):
    return value if type(value) is int else str(value)


def point_json(point, scored):
    out = {"id": id_json(point.id)}
    if scored:
        out["version"] = point.version
        out["score"] = np.float32(point.score)
    if point.payload is not None:
        out["payload"] = point.payload
    if point.vector is not None:
        out["vector"] = vector_json(point.vector)
    if point.order_value is not None:
        out["order_value"] = point.order_value
    return out


# ---------------------------------------------------------------- one collection

class RateLimit:
    """A bucket of `per_minute` tokens, full at first."""

    def __init__(self, per_minute, kind):
        self.size, self.tokens, self.kind, self.at = per_minute, float(per_minute), kind, time.monotonic()

    def take(self, cost):
        now = time.monotonic()
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.size / 60)
        self.at = now
        if self.tokens < cost:
            seconds = math.ceil((cost - self.tokens) * 60 / self.size)
            raise Failure(429, f"Rate limiting exceeded: {self.kind} rate limit exceeded: Operation requires {cost} tokens "
                               f"but only {math.floor(self.tokens * 10) / 10} were available. Retry after {seconds}s",
                          headers=[("retry-after", str(seconds))])
        self.tokens -= cost


class Update:
    """One checked update: what the engine is to do, and what the server has to know of it."""

    def __init__(self, operation, cost=1, upserted=0, late_failure=None, infinite=(), filters=()):
        self.operation = operation
        self.cost, self.upserted = max(1, cost), upserted
        self.late_failure = late_failure  # found after the form of the body was checked
        self.infinite = infinite  # ids whose vector overflows 32 bits
        self.filters = filters  # JSON filters, for strict mode


SELECTED = {  # updates of points selected by ids or by a filter: (the engine's two operations, the fields they need)
    "delete": (Op.delete_points, Op.delete_points_by_filter),
    "clear_payload": (Op.clear_payload, Op.clear_payload_by_filter),
    "delete_payload": (Op.delete_payload, Op.delete_payload_by_filter, "keys"),
    "set_payload": (Op.set_payload, Op.set_payload_by_filter, "payload"),
    "overwrite_payload": (Op.overwrite_payload, Op.overwrite_payload_by_filter, "payload"),
}


class Collection:
    def __init__(self, home, name):
        self.name = name
        self.folder = os.path.join(home, "collections", quote(name, safe=""))
        self.shard = None
        self.about = {}  # what config.json holds
        self.next_id = 1
        self.changes = self.flushed = 0
        self.limits = {}

    # On disk: `shard` is the engine's, `config.json` ours, `operations` the next operation id (8 bytes). A folder
    # without config.json was not finished, or was being deleted, and is removed when the server starts.

    def create(self, config, about):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(os.path.join(self.folder, "shard"))
        self.shard = qe.EdgeShard.create(os.path.join(self.folder, "shard"), config)
        self.shard.update(Op.delete_points([]))  # the engine counts its operations from 0, Qdrant from 1
        self.shard.flush()
        self.about = about
        self.open_counter()
        self.save()

    def load(self):
        with open(os.path.join(self.folder, "config.json"), "rb") as file:
            self.about = orjson.loads(file.read())
        self.shard = qe.EdgeShard.load(os.path.join(self.folder, "shard"))
        self.open_counter()
        self.set_limits()

    def open_counter(self):
        self.counter = os.open(os.path.join(self.folder, "operations"), os.O_RDWR | os.O_CREAT, 0o644)
        stored = os.pread(self.counter, 8, 0)
        self.next_id = struct.unpack("<Q", stored)[0] if len(stored) == 8 else 1

    def save(self):
        path = os.path.join(self.folder, "config.json")
        write_file(path, orjson.dumps(self.about))

    def close(self):
        self.shard.flush()
        self.shard.close()
        os.close(self.counter)

    def delete(self):
        os.unlink(os.path.join(self.folder, "config.json"))
        self.shard.close()
        os.close(self.counter)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Updates

    def apply(self, operation):
        self.next_id += 1
        os.pwrite(self.counter, struct.pack("<Q", self.next_id), 0)
        self.changes += 1
        self.shard.update(operation)
        return self.next_id - 1

    async def settle(self):
        """Returns once what was applied before is on disk; requests that wait together share one flush."""
        mine = self.changes
        await asyncio.sleep(0)
        if FLUSH and self.flushed < mine:
            upto = self.changes
            self.shard.flush()
            self.flushed = upto

    async def update(self, updates, wait):
        results = []
        for update in updates:
            self.check_update(update)
            number = self.next_id
            try:
                self.apply(update.operation)
            except BaseException as error:
                if wait:
                    raise engine_failure(error) from None
            if update.infinite:
                self.about.setdefault("infinite", {}).update({str(each): number for each in update.infinite})
                self.save()
            results.append({"operation_id": number, "status": "completed" if wait else "acknowledged"})
        if wait:
            await self.settle()
        return results

    def make_points(self, points):
        """Engine points of a JSON list, the first vector error among them (or None), and the overflowing ids."""
        size = self.about["config"]["params"]["vectors"]["size"]
        made, infinite, late = [], [], None
        for point in points:
            try:
                number, vector, payload = point["id"], point["vector"], point.get("payload")
            except KeyError as error:
                raise bad_format(f"missing field `{error.args[0]}`") from None
            except TypeError:
                raise bad_format("invalid type, expected struct PointStruct") from None
            if type(number) is not int or number < 0:
                number = point_id(number)
            if payload is not None and type(payload) is not dict:
                raise bad_format("invalid type for `payload`, expected a map")
            if vector != {}:
                try:
                    if not -1e37 < sum(vector) < 1e37 and max(map(abs, vector)) >= MAX_FLOAT32:
                        infinite.append(number)
                    if len(vector) != size and late is None:
                        late = wrong_input(f"Vector dimension error: expected dim: {size}, got {len(vector)}")
                except (TypeError, AttributeError):
                    if vector and (type(vector) is dict or type(vector) is list and type(vector[0]) is list):
                        raise not_covered("named vectors, sparse vectors, multivectors, inference") from None
                    raise no_variant("VectorStruct") from None
            made.append((number, vector, payload))
        return made, late, infinite

    def make_upsert(self, body):
        if "batch" in body:
            batch = body["batch"]
            ids, vectors, payloads = field(batch, "ids"), field(batch, "vectors"), batch.get("payloads")
            if type(vectors) is dict:
                raise not_covered("named vectors")
            for name, values in (("vectors", vectors), ("payloads", payloads)):
                if values is not None and len(values) != len(ids):
                    refuse_invalid([f"batch: number of ids and {name} must be equal ({len(ids)} != {len(values)})"])
            points = [{"id": i, "vector": v, "payload": p} for i, v, p in zip(ids, vectors, payloads or [None] * len(ids))]
        elif "points" in body:
            points = body["points"]
            if type(points) is not list:
                raise bad_format("invalid type, expected a sequence")
        else:
            raise bad_format("Invalid PointInsertOperations format")
        condition = checked(make_filter, body.get("update_filter"), "update_filter")
        mode = body.get("update_mode")
        if mode not in (None, "upsert", "insert_only", "update_only"):
            raise bad_format(f"unknown variant `{mode}`, expected one of `upsert`, `insert_only`, `update_only`", at_end=True)
        mode = mode and getattr(qe.UpdateMode, "".join(word.capitalize() for word in mode.split("_")))
        made, late, infinite = self.make_points(points)
        if not made:
            late = bad_request("Empty update request")
        operation = None if late else Op.upsert_points([qe.Point(*each) for each in made], condition, mode)
        return Update(operation, len(made), len(made), late, infinite, [body.get("update_filter")])

    def make_update_vectors(self, body):
        made, late, infinite = self.make_points(field(body, "points"))
        if not made:
            late = bad_request("Empty update request")
        condition = checked(make_filter, body.get("update_filter"), "update_filter")
        operation = None if late else Op.update_vectors([qe.PointVectors(number, vector) for number, vector, _ in made], condition)
        return Update(operation, len(made), 0, late, infinite, [body.get("update_filter")])

    def make_selected(self, body, by_ids, by_filter, *arguments):
        """An update of the points that `points` or `filter` of the body select."""
        if body.get("points") is not None:
            ids = point_ids(body["points"])
            return Update(by_ids(ids, *arguments), len(ids))
        if body.get("filter") is not None:
            selected = checked(make_filter, body["filter"], "filter")
            cost = self.shard.count(qe.CountRequest(False, selected)) if "write" in self.limits else 1
            return Update(by_filter(selected, *arguments), cost, filters=[body["filter"]])
        if arguments:
            raise bad_request("No filter or points provided")
        raise no_variant("PointsSelector", at_end=True)

    def make_update(self, kind, body):
        if kind not in (*SELECTED, "upsert", "update_vectors") or type(body) is not dict:
            raise no_variant("UpdateOperation", at_end=True)
        if kind == "upsert":
            return self.make_upsert(body)
        if kind == "update_vectors":
            return self.make_update_vectors(body)
        by_ids, by_filter, *names = SELECTED[kind]
        arguments = [field(body, name) for name in names]
        if kind in ("set_payload", "overwrite_payload"):
            arguments.append(body.get("key"))
        return self.make_selected(body, by_ids, by_filter, *arguments)

    # Strict mode and rate limits

    def set_limits(self):
        strict = self.about.get("strict_mode_config") or {}
        self.limits = {}
        if strict.get("enabled"):
            self.limits = {kind: RateLimit(strict[kind + "_rate_limit"], kind.capitalize())
                           for kind in ("read", "write") if strict.get(kind + "_rate_limit")}

    def strict(self, name):
        strict = self.about.get("strict_mode_config") or {}
        return strict.get(name) if strict.get("enabled") else None

    def check_update(self, update):
        if update.late_failure:
            raise update.late_failure
        self.check_limit(update.upserted, "upsert_max_batchsize", "upsert limit")
        for each in update.filters:
            self.check_indexed(each, "unindexed_filtering_update")
        if "write" in self.limits:
            self.limits["write"].take(update.cost)

    def check_read(self, limit=None, body_filter=None):
        self.check_limit(limit, "max_query_limit", "limit")
        self.check_indexed(body_filter, "unindexed_filtering_retrieve")
        if "read" in self.limits:
            self.limits["read"].take(1)

    def check_limit(self, number, option, label):
        most = self.strict(option)
        if most is not None and number is not None and number > most:
            raise bad_request(f'Limit exceeded {number} > {most} for "{label}". Help: Reduce the "{label}" parameter to or below {most}.')

    def check_indexed(self, body_filter, option):
        if not body_filter or self.strict(option) is not False:
            return
        for key, kinds in filter_keys(body_filter):
            schema = self.about["payload_schema"].get(key)
            if (schema["type"] if type(schema) is dict else schema) not in kinds:
                raise bad_request(f'Index required but not found for "{key}" of one of the following types: '
                                  f'[{", ".join(kinds)}]. Help: Create an index for this key or use a different filter.')

    # Reads

    def records(self, ids, with_payload, with_vector):
        return self.shard.retrieve(ids, with_payload, with_vector)

    def scroll(self, body):
        complaints = []
        limit = count_of(body, "limit", 10, 1, "scroll_request", complaints)
        body_filter = body.get("filter")
        made = make_filter(body_filter, "scroll_request.filter", complaints)
        refuse_invalid(complaints)
        offset = body.get("offset")
        order = make_order(body["order_by"]) if body.get("order_by") is not None else None
        if order and offset is not None:
            raise bad_request("Cannot use an `offset` when using `order_by`. The alternative for paging is to use "
                              "`order_by.start_from` and a filter to exclude the IDs that you've already seen for the "
                              "`order_by.start_from` value")
        self.check_read(limit, body_filter)
        points, following = self.shard.scroll(qe.ScrollRequest(
            offset=None if offset is None else point_id(offset), limit=limit, filter=made, order_by=order,
            with_payload=payload_selector(body.get("with_payload"), True), with_vector=vector_selector(body)))
        return {"points": [point_json(point, False) for point in points],
                "next_page_offset": None if following is None else id_json(following)}

    def infinite_points(self, request_filter, with_payload, with_vector):
        """Points whose vector overflowed. Qdrant 1.18.3 ranks them first with a score that is no number, the engine
        leaves them out of its answers."""
        known = {int(each) if each.isdigit() else each: version for each, version in self.about["infinite"].items()}
        among = qe.HasIdCondition(set(known))
        points, _ = self.shard.scroll(qe.ScrollRequest(
            limit=len(known), with_payload=with_payload, with_vector=True,
            filter=qe.Filter(must=[among] + ([request_filter] if request_filter else []))))
        found = []
        for point in points:
            if np.isnan(vector_json(point.vector)).any() if type(point.vector) is list else False:
                found.append({"id": id_json(point.id), "version": known[id_json(point.id)], "score": None}
                             | ({} if point.payload is None else {"payload": point.payload})
                             | ({"vector": vector_json(point.vector)} if with_vector else {}))
        return found


def filter_keys(body):
    """(key, the index types that serve it) for every field condition in a JSON filter."""
    if "key" in body:
        match, bounds = body.get("match") or {}, body.get("range")
        if bounds:
            texts = any(type(bound) is str for bound in bounds.values())
            yield body["key"], ["datetime"] if texts else ["float", "integer"]
        elif match:
            value = next(iter(match.values()))
            value = value[0] if type(value) is list and value else value
            if "text" in match or "phrase" in match or "text_any" in match:
                yield body["key"], ["text"]
            else:
                yield body["key"], {bool: ["bool"], int: ["integer"]}.get(type(value), ["keyword", "uuid"])
    for clause in CLAUSES:
        each = body.get(clause) or []
        for condition in each.get("conditions", [each]) if type(each) is dict else each:
            if type(condition) is dict:
                yield from filter_keys(condition)


def make_order(value):
    if type(value) is str:
        return qe.OrderBy(value)
    direction = {"asc": qe.Direction.Asc, "desc": qe.Direction.Desc}.get(value.get("direction"))
    return qe.OrderBy(field(value, "key"), direction, value.get("start_from"))


class QueryReader:
    """Turns one JSON query into the engine's request."""

    def __init__(self, server, collection, body, label):
        self.server, self.collection, self.body = server, collection, body
        complaints = []
        self.limit = count_of(body, "limit", 10, 1, label, complaints)
        self.offset = count_of(body, "offset", 0, 0, label, complaints)
        self.filter = make_filter(body.get("filter"), label + ".filter", complaints)
        self.prefetches = self.read_prefetch(body, label, complaints)
        refuse_invalid(complaints)
        self.with_payload = payload_selector(body.get("with_payload"), False)
        self.with_vector = vector_selector(body)

    def read_prefetch(self, body, label, complaints):
        """JSON prefetches with their filters made; the queries in them are resolved when the request runs."""
        inner = body.get("prefetch") or []
        inner = [inner] if type(inner) is dict else inner
        made = []
        for i, each in enumerate(inner):
            at = f"{label}.prefetch[{i}]"
            limit = count_of(each, "limit", 10, 1, at, complaints)
            made.append((each, limit, make_filter(each.get("filter"), at + ".filter", complaints),
                         self.read_prefetch(each, at, complaints)))
        return made

    def make_prefetches(self, prefetches):
        made = []
        for body, limit, request_filter, inner in prefetches:
            scoring, used = self.scoring(body)
            made.append(qe.Prefetch(limit, scoring, self.make_prefetches(inner), search_params(body),
                                    without(request_filter, used), body.get("score_threshold")))
        return made

    def request(self):
        """The engine's request. Points that serve as examples are left out of the answer, as Qdrant does."""
        scoring, used = self.scoring(self.body)
        return qe.QueryRequest(
            limit=self.limit, offset=self.offset, query=scoring, prefetches=self.make_prefetches(self.prefetches),
            with_vector=self.with_vector, with_payload=self.with_payload, filter=without(self.filter, used),
            score_threshold=self.body.get("score_threshold"), params=search_params(self.body))

    def run(self):
        self.collection.check_read(self.limit, self.body.get("filter"))
        if not self.collection.about.get("infinite") or self.body.get("query") is None or self.prefetches:
            return [point_json(point, True) for point in self.collection.shard.query(self.request())]
        skipped, self.offset, self.limit = self.offset, 0, self.offset + self.limit
        request = self.request()
        first = self.collection.infinite_points(request.filter, self.with_payload, self.with_vector)
        points = first + [point_json(point, True) for point in self.collection.shard.query(request)]
        return points[skipped:self.limit]

    def example(self, value, body, used):
        """The vector that a list of numbers or a point id stands for."""
        if type(value) is list:
            return value
        if type(value) is dict:
            raise not_covered("sparse vectors and inference")
        number = point_id(value)
        lookup = body.get("lookup_from")
        source = self.server.find(field(lookup, "collection")) if lookup else self.collection
        found = source.records([number], False, True)
        if not found:
            raise not_found(f"No point with id {number} found")
        if type(found[0].vector) is not list:
            raise wrong_input("Not existing vector name error: ")
        if not lookup:
            used.append(number)
        return found[0].vector

    def scoring(self, body):
        """(what the engine scores by, ids of points that served as examples)"""
        query, using, used = body.get("query"), body.get("using"), []

        def example(value):
            return self.example(value, body, used)

        if query is None:
            return None, used
        try:
            if type(query) is not dict:
                return qe.Query.Nearest(example(query), using), used
            if "nearest" in query and query.get("mmr") is None:
                return qe.Query.Nearest(example(query["nearest"]), using), used
            if "recommend" in query:
                return self.recommend(query["recommend"], using, example), used
            if "order_by" in query:
                return make_order(query["order_by"]), used
            if query.get("fusion") == "rrf":
                return qe.Fusion.Rrf(2), used
            if query.get("fusion") == "dbsf":
                return qe.Fusion.Dbsf(), used
        except (KeyError, TypeError, AttributeError, ValueError):
            raise no_variant("QueryInterface", at_end=True) from None
        raise not_covered("a query of the kind " + ", ".join(query))

    def recommend(self, recommend, using, example):
        positive = [example(each) for each in recommend.get("positive") or []]
        negative = [example(each) for each in recommend.get("negative") or []]
        strategy = recommend.get("strategy") or "average_vector"
        if strategy != "average_vector":
            kind = {"best_score": qe.Query.RecommendBestScore, "sum_scores": qe.Query.RecommendSumScores}[strategy]
            return kind(qe.RecommendQuery(positive, negative), using)
        if not positive:
            raise bad_request("At least one positive vector ID required with this strategy")
        mean = np.mean(np.array(positive, dtype=np.float32), axis=0)
        if negative:
            mean = mean + mean - np.mean(np.array(negative, dtype=np.float32), axis=0)
        return qe.Query.Nearest(mean.tolist(), using)


def without(request_filter, ids):
    if not ids:
        return request_filter
    return qe.Filter(must=[request_filter] if request_filter else None, must_not=[qe.HasIdCondition(set(ids))])


def search_params(body):
    params = body.get("params") or {}
    return qe.SearchParams(params.get("hnsw_ef"), bool(params.get("exact")), indexed_only=bool(params.get("indexed_only")))


# ---------------------------------------------------------------- the server's data

def write_file(path, data):
    with open(path + ".new", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


DEFAULT_CONFIG = {
    "hnsw_config": {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000, "max_indexing_threads": 0, "on_disk": False},
    "optimizer_config": {"deleted_threshold": 0.2, "vacuum_min_vector_number": 1000, "default_segment_number": 0,
                         "max_segment_size": None, "memmap_threshold": None, "indexing_threshold": 10000,
                         "flush_interval_sec": 5, "max_optimization_threads": None, "prevent_unoptimized": None},
    "wal_config": {"wal_capacity_mb": 32, "wal_segments_ahead": 0, "wal_retain_closed": 1},
    "quantization_config": None,
}


def given(options):
    return {name: value for name, value in (options or {}).items() if value is not None}


class Server:
    def __init__(self, home):
        self.home = home
        os.makedirs(os.path.join(home, "collections"), exist_ok=True)
        self.lock = open(os.path.join(home, "lock"), "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"{home} is in use by another server")
        self.collections, self.aliases = {}, {}
        self.aliases_path = os.path.join(home, "aliases.json")
        for entry in sorted(os.listdir(os.path.join(home, "collections"))):
            collection = Collection(home, unquote(entry))
            if os.path.exists(os.path.join(collection.folder, "config.json")):
                collection.load()
                self.collections[collection.name] = collection
            else:
                shutil.rmtree(collection.folder)
        if os.path.exists(self.aliases_path):
            with open(self.aliases_path, "rb") as file:
                self.aliases = orjson.loads(file.read())

    def close(self):
        for collection in self.collections.values():
            collection.close()

    def find(self, name):
        collection = self.collections.get(self.aliases.get(name, name))
        if collection is None:
            raise not_found(f"Collection `{name}` doesn't exist!")
        return collection

    # Collections and aliases

    def create(self, name, body):
        vectors = body.get("vectors")
        if body.get("sparse_vectors"):
            raise not_covered("sparse vectors")
        if type(vectors) is not dict or not vectors:
            raise not_covered("a collection without vectors") if not vectors else no_variant("VectorsConfig", at_end=True)
        if "size" not in vectors and "distance" not in vectors:
            raise not_covered("named vectors")
        params = make_vector_params(vectors)
        if name in self.collections or name in self.aliases:
            raise conflict(f"Collection `{name}` already exists!")
        config = {"params": {"vectors": given(vectors), "shard_number": body.get("shard_number") or 1,
                             "replication_factor": body.get("replication_factor") or 1,
                             "write_consistency_factor": body.get("write_consistency_factor") or 1,
                             "on_disk_payload": body.get("on_disk_payload") is not False}}
        for key, default in DEFAULT_CONFIG.items():
            asked = body.get("optimizers_config" if key == "optimizer_config" else key)
            config[key] = default | given(asked) if default else asked
        collection = Collection(self.home, name)
        collection.create(qe.EdgeConfig(vectors=params),
                          {"config": config, "payload_schema": {}, "strict_mode_config": given(body.get("strict_mode_config"))})
        collection.set_limits()
        self.collections[name] = collection
        return True

    def change(self, name, body):
        collection = self.find(name)
        config = collection.about["config"]
        for key, part in (("optimizers_config", "optimizer_config"), ("hnsw_config", "hnsw_config"), ("params", "params")):
            config[part].update({option: value for option, value in given(body.get(key)).items() if option != "vectors"})
        if body.get("quantization_config") is not None:
            config["quantization_config"] = body["quantization_config"]
        if body.get("strict_mode_config") is not None:
            collection.about["strict_mode_config"].update(given(body["strict_mode_config"]))
            collection.set_limits()
        collection.save()
        return True

    def delete(self, name):
        collection = self.collections.pop(self.aliases.get(name, name), None)
        if collection is None:
            return False
        collection.delete()
        self.set_aliases({alias: of for alias, of in self.aliases.items() if of != collection.name})
        return True

    def set_aliases(self, aliases):
        if aliases != self.aliases:
            write_file(self.aliases_path, orjson.dumps(aliases))
            self.aliases = aliases

    def change_aliases(self, body):
        aliases = dict(self.aliases)
        for action in field(body, "actions"):
            if "create_alias" in action:
                name, of = field(action["create_alias"], "alias_name"), field(action["create_alias"], "collection_name")
                if of not in self.collections:
                    raise not_found(f"Collection `{of}` doesn't exist!")
                if name in self.collections:
                    raise conflict(f"Collection `{name}` already exists!")
                aliases[name] = of
            elif "delete_alias" in action:
                aliases.pop(field(action["delete_alias"], "alias_name"), None)
            elif "rename_alias" in action:
                old, new = field(action["rename_alias"], "old_alias_name"), field(action["rename_alias"], "new_alias_name")
                if old not in aliases:
                    raise not_found(f"Alias {old} does not exists!")
                aliases[new] = aliases.pop(old)
            else:
                raise no_variant("AliasOperations", at_end=True)
        self.set_aliases(aliases)
        return True

    def alias_list(self, of=None):
        return {"aliases": [{"alias_name": alias, "collection_name": name} for alias, name in sorted(self.aliases.items())
                            if of in (None, name)]}

    def describe(self, collection):
        state, about = collection.shard.info(), collection.about
        schema = {}
        for name, index in state.payload_schema.items():
            asked = about["payload_schema"].get(name)
            schema[name] = {"data_type": str(index.data_type).rsplit(".", 1)[-1].lower()} \
                | ({"params": asked} if type(asked) is dict else {}) | {"points": index.points}
        config = about["config"] | ({"strict_mode_config": about["strict_mode_config"]} if about["strict_mode_config"] else {})
        return {"status": "green", "optimizer_status": "ok", "indexed_vectors_count": state.indexed_vectors_count,
                "points_count": state.points_count, "segments_count": state.segments_count, "config": config,
                "payload_schema": schema, "update_queue": {"length": 0}}

    async def index(self, collection, name, schema, wait):
        """Creates a payload index, or deletes it if `schema` is None. Qdrant spends two operation ids on either."""
        operation = Op.delete_field_index(name) if schema is None else Op.create_field_index(name, make_schema(schema))
        collection.apply(Op.delete_points([]))
        number = collection.apply(operation)
        if schema is None:
            collection.about["payload_schema"].pop(name, None)
        else:
            collection.about["payload_schema"][name] = schema
        collection.save()
        if wait:
            await collection.settle()
        return {"operation_id": number, "status": "completed" if wait else "acknowledged"}

    # Reads that concern more than one engine call

    def query(self, collection, body, label="internal"):
        return {"points": QueryReader(self, collection, body, label).run()}

    def query_groups(self, collection, body):
        key, size = field(body, "group_by"), body.get("group_size") or 3
        groups, limit = {}, body.get("limit") or 10
        everything = max(1, collection.shard.count(qe.CountRequest(True)))
        reader = QueryReader(self, collection, body | {"limit": everything, "offset": None, "with_payload": [key], "with_vector": False}, "internal")
        collection.check_read(limit, body.get("filter"))
        for point in collection.shard.query(reader.request()):
            value = point.payload
            for part in key.split("."):
                value = value.get(part) if type(value) is dict else None
            for each in dict.fromkeys(v for v in (value if type(value) is list else [value]) if type(v) in (int, str)):
                if len(groups.setdefault(each, [])) < size:
                    groups[each].append(point)
        chosen = dict(list(groups.items())[:limit])
        ids = list({id_json(point.id) for points in chosen.values() for point in points})
        full = {id_json(point.id): point_json(point, False) for point in collection.records(
            ids, payload_selector(body.get("with_payload"), False), vector_selector(body))}
        return {"groups": [{"hits": [point_json(point, True) | full[id_json(point.id)] for point in points], "id": value}
                           for value, points in chosen.items()]}

    def facet(self, collection, body):
        complaints = []
        limit = count_of(body, "limit", 10, 1, "facet_request", complaints)
        made = make_filter(body.get("filter"), "facet_request.filter", complaints)
        refuse_invalid(complaints)
        collection.check_read(limit, body.get("filter"))
        answer = collection.shard.facet(qe.FacetRequest(field(body, "key"), limit, bool(body.get("exact")), made))
        return {"hits": [{"value": id_json(hit.value) if type(hit.value) is uuid.UUID else hit.value, "count": hit.count}
                         for hit in answer.hits]}

    def metrics(self):
        vectors = {name: collection.shard.info().points_count for name, collection in sorted(self.collections.items())}
        lines = []
        for name, kind, about, values in (
                ("app_info", "gauge", "information about qdrant server", [(f'{{name="qdrant",version="{VERSION}"}}', 1)]),
                ("app_status_recovery_mode", "gauge", "features enabled in qdrant server", [("", 0)]),
                ("collections_total", "gauge", "number of collections", [("", len(vectors))]),
                ("collections_vector_total", "gauge", "total number of vectors in all collections", [("", sum(vectors.values()))]),
                ("collection_vectors", "gauge", "amount of vectors grouped by vector name",
                 [(f'{{collection="{name}",vector=""}}', count) for name, count in vectors.items()])):
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"] + [f"{name}{labels} {value}" for labels, value in values]
        return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- requests

PLAIN = "text/plain; charset=utf-8"


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.raw = method, target, headers, body
        path, _, query = target.partition("?")
        self.parts = [unquote(part) for part in path.strip("/").split("/")]
        self.query = dict(parse_qsl(query, keep_blank_values=True))

    def body(self):
        try:
            value = orjson.loads(self.raw)
        except ValueError as error:
            raise json_complaint(self.raw, error) from None
        if type(value) is not dict:
            raise bad_format(f"invalid type: {'sequence' if type(value) is list else 'value'}, expected a map", at_end=True)
        return value

    def check_query(self):
        """Returns whether the request asks to wait."""
        def refuse(text):
            raise Failure(400, "Deserialize error in query parameters: " + text)

        timeout, wait, ordering = self.query.get("timeout"), self.query.get("wait"), self.query.get("ordering")
        if timeout is not None:
            if not timeout.isdigit():
                refuse("invalid digit found in string")
            if int(timeout) == 0:
                refuse("invalid value: integer `0`, expected a nonzero u64")
        if wait not in (None, "true", "false"):
            refuse("provided string was not `true` or `false`")
        if ordering not in (None, "weak", "medium", "strong"):
            refuse(f"unknown variant `{ordering}`, expected one of `weak`, `medium`, `strong`")
        return wait == "true"


POINT_UPDATES = {  # (method, rest of the path) -> kind of update
    ("PUT", "points"): "upsert",
    ("POST", "points/delete"): "delete",
    ("POST", "points/payload"): "set_payload",
    ("PUT", "points/payload"): "overwrite_payload",
    ("POST", "points/payload/delete"): "delete_payload",
    ("POST", "points/payload/clear"): "clear_payload",
    ("PUT", "points/vectors"): "update_vectors",
}


class Unknown(Exception):
    """No such path, or not with this method."""


async def answer(server, request, may_write):
    """What stands under `result` in the answer to a request. Bodies are checked before rights, rights before names."""
    method, parts = request.method, request.parts

    def write():
        if not may_write:
            raise Failure(403, "Forbidden: Global manage access is required")

    match method, parts:
        case "GET", ["collections"]:
            return {"collections": [{"name": name} for name in sorted(server.collections)]}
        case "GET", ["aliases"]:
            return server.alias_list()
        case "POST", ["collections", "aliases"]:
            body = request.body()
            write()
            return server.change_aliases(body)
        case "PUT", ["collections", name]:
            body = request.body()
            write()
            return server.create(name, body)
        case "PATCH", ["collections", name]:
            body = request.body()
            write()
            return server.change(name, body)
        case "DELETE", ["collections", name]:
            write()
            return server.delete(name)
        case "GET", ["collections", name]:
            return server.describe(server.find(name))
        case "GET", ["collections", name, "exists"]:
            return {"exists": server.aliases.get(name, name) in server.collections}
        case "GET", ["collections", name, "aliases"]:
            return server.alias_list(server.find(name).name)
        case "PUT", ["collections", name, "index"]:
            body, wait = request.body(), request.check_query()
            make_schema(field(body, "field_schema"))
            write()
            return await server.index(server.find(name), field(body, "field_name"), body["field_schema"], wait)
        case "DELETE", ["collections", name, "index", key]:
            wait = request.check_query()
            write()
            return await server.index(server.find(name), key, None, wait)
        case "GET", ["collections", name, "points", number]:
            try:
                number = point_id(int(number) if number.isdigit() else number)
            except Failure:
                raise wrong_input(f'Can not recognize "{number}" as point id') from None
            collection = server.find(name)
            collection.check_read()
            found = collection.records([number], True, True)
            if not found:
                raise not_found(f"Point with id {number} does not exists!")
            return point_json(found[0], False)
        case "POST", ["collections", name, "points", "batch"]:
            body, wait = request.body(), request.check_query()
            operations = field(body, "operations")
            if any(type(each) is not dict or len(each) != 1 for each in operations):
                raise no_variant("UpdateOperation", at_end=True)
            write()
            collection = server.find(name)
            return await collection.update([collection.make_update(*item) for each in operations for item in each.items()], wait)
        case _, ["collections", name, *rest] if (method, "/".join(rest)) in POINT_UPDATES:
            body, wait = request.body(), request.check_query()
            write()
            collection = server.find(name)
            return (await collection.update([collection.make_update(POINT_UPDATES[method, "/".join(rest)], body)], wait))[0]
        case "POST", ["collections", name, "points"]:
            body = request.body()
            request.check_query()
            ids = point_ids(field(body, "ids"))
            collection = server.find(name)
            collection.check_read()
            return [point_json(point, False) for point in collection.records(
                ids, payload_selector(body.get("with_payload"), False), vector_selector(body))]
        case "POST", ["collections", name, "points", "query", "batch"]:
            body = request.body()
            request.check_query()
            collection = server.find(name)
            return [server.query(collection, each, f"searches[{i}].internal") for i, each in enumerate(field(body, "searches"))]
        case "POST", ["collections", name, ("points" | "facet") as first, *rest] if (first, *rest) in READS:
            body = request.body()
            request.check_query()
            return READS[first, *rest](server, server.find(name), body)
    raise Unknown


def count(server, collection, body):
    made = checked(make_filter, body.get("filter"), "count_request.filter")
    collection.check_read(body_filter=body.get("filter"))
    return {"count": collection.shard.count(qe.CountRequest(body.get("exact") is not False, made))}


READS = {
    ("points", "scroll"): lambda server, collection, body: collection.scroll(body),
    ("points", "query"): Server.query,
    ("points", "query", "groups"): Server.query_groups,
    ("points", "count"): count,
    ("facet",): Server.facet,
}


async def respond(server, keys, request):
    """(status, content type, body, further headers) of a request."""
    plain = {"": None, "healthz": "healthz check passed", "livez": "healthz check passed", "readyz": "all shards are ready"}
    if request.method == "GET" and len(request.parts) == 1 and request.parts[0] in plain:
        text = plain[request.parts[0]]
        if text is None:
            return 200, "application/json", orjson.dumps({"title": "qdrant - vector search engine", "version": VERSION}), ()
        return 200, PLAIN, text.encode(), ()
    may_write, refusal = keys.rights(request.headers)
    if refusal:
        return 401, None, refusal.encode(), ()
    if request.method == "GET" and request.parts == ["metrics"]:
        return 200, PLAIN, server.metrics().encode(), ()
    started = time.perf_counter()
    status, headers = 200, ()
    try:
        try:
            if request.raw is None:
                raise Failure(400, f"JSON payload ({request.headers['content-length']} bytes) is larger than allowed "
                                   f"(limit: {MAX_BODY} bytes).")
            out = {"result": await answer(server, request, may_write), "status": "ok"}
        except (Failure, Unknown, asyncio.CancelledError):
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise bad_format(f"invalid type or value ({error})", at_end=True) from error
        except BaseException as error:  # the engine's own kind; a panic in it is no Exception
            raise engine_failure(error) from error
    except Unknown:
        return 404, None, b"", ()
    except Failure as failure:
        text = failure.text + (place(request.raw, len(request.raw.rstrip())) if failure.at_end else "")
        status, headers, out = failure.status, failure.headers, {"status": {"error": text}}
    out["time"] = round(time.perf_counter() - started, 9)
    return status, "application/json", orjson.dumps(out, option=orjson.OPT_SERIALIZE_NUMPY), headers


class Keys:
    def __init__(self):
        self.full = os.environ.get("QDRANT_API_KEY") or None
        self.read_only = os.environ.get("QDRANT_READ_ONLY_API_KEY") or None

    def rights(self, headers):
        """(whether the request may write, why it is refused or None)"""
        if self.full is None and self.read_only is None:
            return True, None
        bearer = headers.get("authorization", "")
        key = headers.get("api-key") or (bearer[7:] if bearer.lower().startswith("bearer ") else None)
        if key is None:
            return False, "Must provide an API key or an Authorization bearer token"
        if key == self.full:
            return True, None
        return False, None if key == self.read_only else "Invalid API key or JWT"


# ---------------------------------------------------------------- faults

class Faults:
    """Faults for tests. `POST /_faults` replaces the rules (one object, or a list); the first that fits a request acts."""

    # wait_timeout: an update is applied, and the answer says that this was not waited for. partial: of a batch of
    # operations, or of the points of one upsert, the first half is applied, and the answer is an error of 500.
    MODES = ("latency", "status", "drop", "drop_after_apply", "wait_timeout", "partial")

    def __init__(self):
        self.rules, self.requests, self.injected = [], 0, dict.fromkeys(self.MODES, 0)

    def set(self, body):
        rules = []
        for rule in body if type(body) is list else [body]:
            mode = rule.get("mode")
            if mode == "off":
                continue
            if mode not in self.MODES:
                raise ValueError(f"unknown mode {mode!r}, expected one of: off, {', '.join(self.MODES)}")
            if mode == "latency" and not rule.get("ms") or mode == "status" and not rule.get("status"):
                raise ValueError(f"{mode} needs `{'ms' if mode == 'latency' else 'status'}`")
            re.compile(rule.get("path") or "")
            rules.append(dict(rule, injected=0))
        self.rules = rules

    def take(self, request):
        """The rule that this request falls under, counted; None if there is none."""
        self.requests += 1
        for rule in self.rules:
            if rule.get("next") is not None and rule["injected"] >= rule["next"]:
                continue
            if re.search(rule.get("path") or "", request.target) and rule.get("method") in (None, request.method):
                rule["injected"] += 1
                self.injected[rule["mode"]] += 1
                return rule
        return None

    def control(self, request):
        if request.method == "POST":
            try:
                self.set(orjson.loads(request.raw))
            except (ValueError, AttributeError, TypeError, re.error) as error:
                return 400, "application/json", orjson.dumps({"error": str(error)}), ()
        return 200, "application/json", orjson.dumps({"faults": self.rules, "requests": self.requests, "injected": self.injected}), ()


# ---------------------------------------------------------------- HTTP

REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
           422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
           503: "Service Unavailable", 408: "Request Timeout", 507: "Insufficient Storage"}


async def read_request(reader, writer):
    """The next request of a connection, None at its end. A body over the limit is left unread, `raw` then is None."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    lines = head[:-4].decode("latin-1").split("\r\n")
    method, target, version = lines[0].split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if version == "HTTP/1.0":
        headers.setdefault("connection", "close")
    length = int(headers.get("content-length", 0))
    if length > MAX_BODY:
        return Request(method, target, headers, None)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return Request(method, target, headers, await reader.readexactly(length) if length else b"")
    chunks, total = [], 0
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        if size == 0:
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
            return Request(method, target, headers, b"".join(chunks))
        total += size
        if total > MAX_BODY:
            return Request(method, target, headers | {"content-length": str(total)}, None)
        chunks.append((await reader.readexactly(size + 2))[:-2])


def written(status, content_type, body, headers, close):
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", f"content-length: {len(body)}", "server: qdrant-edge test server"]
    if content_type:
        lines.append("content-type: " + content_type)
    lines += [f"{name}: {value}" for name, value in headers]
    if close:
        lines.append("connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def halve(request):
    """Leaves of a request's operations, points or ids the first half, rounded down."""
    body = orjson.loads(request.raw or b"{}")
    for name in ("operations", "points"):
        if isinstance(body.get(name), list) and len(body[name]) > 1:
            body[name] = body[name][:len(body[name]) // 2]
    request.raw = orjson.dumps(body)


class Listener:
    def __init__(self, server):
        self.server, self.keys, self.faults = server, Keys(), Faults()
        self.connections, self.busy, self.stopping = set(), 0, False

    async def connection(self, reader, writer):
        task = asyncio.current_task()
        self.connections.add(task)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while not self.stopping:
                request = await read_request(reader, writer)
                if request is None:
                    break
                self.busy += 1
                try:
                    data = await self.handle(request)
                    if data is None:
                        break
                    writer.write(data)
                    await writer.drain()
                finally:
                    self.busy -= 1
                if request.raw is None:
                    await self.linger(reader, writer)
                    break
                if request.headers.get("connection", "").lower() == "close":
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        except ValueError:
            writer.write(written(400, None, b"", (), True))
        finally:
            self.connections.discard(task)
            writer.close()

    async def handle(self, request):
        """The bytes of the answer, or None to close the connection without one."""
        close = request.raw is None or request.headers.get("connection", "").lower() == "close" or self.stopping
        if request.parts == ["_faults"] and request.method in ("GET", "POST"):
            return written(*self.faults.control(request), close)
        rule = self.faults.take(request)
        if rule:
            if rule.get("ms"):
                await asyncio.sleep(rule["ms"] / 1000)
            if rule["mode"] == "drop":
                return None
            if rule["mode"] == "status":
                body = orjson.dumps({"status": {"error": f"Injected fault: status {rule['status']}"}, "time": 0.0})
                headers = [("retry-after", str(rule["retry_after"]))] if rule.get("retry_after") is not None else []
                return written(rule["status"], "application/json", body, headers, close)
        if rule and rule["mode"] == "partial":
            halve(request)
        result = await respond(self.server, self.keys, request)
        if rule and rule["mode"] == "partial" and result[0] == 200:
            text = "Service internal error: Injected fault: the operation may be partially applied, please retry"
            body = orjson.dumps({"status": {"error": text}, "time": 0.0})
            return written(500, "application/json", body, (), close)
        if rule and rule["mode"] == "wait_timeout":
            result = (*result[:2], result[2].replace(b'"completed"', b'"wait_timeout"'), *result[3:])
        if rule and rule["mode"] == "drop_after_apply":
            return None
        return written(*result, close)

    async def linger(self, reader, writer):
        """Reads off what the peer still sends, for a while, so that it gets to see the answer."""
        writer.write_eof()
        try:
            async with asyncio.timeout(5):
                while await reader.read(1 << 20):
                    pass
        except TimeoutError:
            pass

    async def run(self, port):
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop.set)
        listening = await asyncio.start_server(self.connection, "127.0.0.1", port, limit=max(MAX_HEAD, 1 << 20), backlog=512)
        print("Started.", flush=True)
        await stop.wait()
        self.stopping = True
        listening.close()
        until = time.monotonic() + 5
        while self.busy and time.monotonic() < until:
            await asyncio.sleep(0.01)
        for task in list(self.connections):
            task.cancel()
        await asyncio.sleep(0)
        self.server.close()


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        sys.exit("usage: qdrant_server.py HOME [PORT]")
    server = Server(os.path.abspath(sys.argv[1]))
    asyncio.run(Listener(server).run(int(sys.argv[2]) if len(sys.argv) == 3 else 6333))


if __name__ == "__main__":
    main()
