import FoundationEssentials
import TestSupport

/// Neo4j's own driver for Python, in a process of its own, which writes and reads values of the test's server.
struct PythonDriver {
    private let process: HelperProcess

    init(_ addresses: Neo4j.Addresses) async throws {
        process = try HelperProcess(
            path: "/usr/bin/env",
            [
                "python3", Script.path("nodes/neo4j_driver.py"), "-c", Self.script, addresses.bolt, addresses.user,
                addresses.password,
            ])
        guard await process.nextLine() == "ready" else { throw ScriptFailure("the driver for Python does not start") }
    }

    /// Writes the values of Python expressions, each as `n.v` of a node `label {name}`.
    func write(_ expressions: [(name: String, python: String)], _ label: String) async throws {
        try await ask(["write", label] + expressions.flatMap { [$0.name, $0.python] })
    }

    /// Compares `n.v` of nodes, and what is nested in lists and maps of it, with Python expressions; a difference is an
    /// error.
    func compare(_ expressions: [(name: String, python: String)], _ label: String) async throws {
        try await ask(["compare", label] + expressions.flatMap { [$0.name, $0.python] })
    }

    /// Runs a query, of which `expression` over `records`, a list of lists, has to be true.
    func check(_ query: String, _ expression: String) async throws {
        try await ask(["check", query, expression])
    }

    private func ask(_ words: [String]) async throws {
        process.send(line: String(decoding: try JSONEncoder().encode(words), as: UTF8.self))
        let answer = await process.nextLine()
        if answer != "ok" { throw ScriptFailure("the driver for Python: \(answer ?? "has ended")") }
    }

    private static let script = """
        import datetime, json, math, struct, sys
        import neo4j, pytz
        from neo4j.spatial import CartesianPoint, WGS84Point
        from neo4j.time import Date, DateTime, Duration, Time
        uri, user, password = sys.argv[1:]
        driver = neo4j.GraphDatabase.driver(uri, auth=(user, password), notifications_min_severity="OFF")
        def utc(minutes): return pytz.FixedOffset(minutes)
        def berlin(year, month, day, hour, minute, is_summer):
            moment = datetime.datetime(year, month, day, hour, minute)
            return DateTime.from_native(pytz.timezone("Europe/Berlin").localize(moment, is_dst=is_summer))
        def seen(value):
            if isinstance(value, float): return ("float", struct.pack(">d", value).hex())
            if isinstance(value, (list, tuple)) and not hasattr(value, "srid"): return [seen(item) for item in value]
            if isinstance(value, dict): return {key: seen(item) for key, item in value.items()}
            if isinstance(value, DateTime) and value.tzinfo:
                zone = getattr(value.tzinfo, "zone", None)
                if zone in (None, "UTC"): zone = str(value.utcoffset())
                return ("DateTime", value.to_native().isoformat(), value.nanosecond, zone)
            if hasattr(value, "srid"): return ("Point", value.srid, [seen(float(item)) for item in value])
            return (type(value).__name__, value if not isinstance(value, (bytes, bytearray)) else bytes(value))
        def rows(query, **parameters):
            return [record.values() for record in driver.execute_query(query, parameters).records]
        def obey(words):
            if words[0] == "write":
                samples = [[name, eval(value)] for name, value in zip(words[2::2], words[3::2])]
                rows(f"UNWIND $rows AS row CREATE (:{words[1]} {{name: row[0], v: row[1]}})", rows=samples)
            if words[0] == "compare":
                query = f"MATCH (n:{words[1]}) WHERE n.name IN $names RETURN n.name, n.v, [[n.v], {{k: n.v}}], {{l: [n.v, {{}}]}}"
                found, faults = {row[0]: row[1:] for row in rows(query, names=words[2::2])}, []
                for name, expression in zip(words[2::2], words[3::2]):
                    wanted = eval(expression)
                    wanted = seen([wanted, [[wanted], {"k": wanted}], {"l": [wanted, {}]}])
                    if seen(found[name]) != wanted: faults.append(f"{name}: {seen(found[name])} is not {wanted}"[:1000])
                if faults: return "; ".join(faults)
            if words[0] == "check":
                records = rows(words[1])
                if not eval(words[2]): return f"{words[2]}: {records}"
            return "ok"
        print("ready", flush=True)
        for line in sys.stdin:
            try: answer = obey(json.loads(line))
            except Exception as error: answer = f"{type(error).__name__}: {error}"
            print(" ".join(answer.split()), flush=True)
        """
}
