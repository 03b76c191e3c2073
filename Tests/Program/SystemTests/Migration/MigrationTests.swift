import Embedded
import Events
import Foundation
import Stores
import TestSupport
import Testing

extension SystemTests {
    /// A shop's Python service goes on to feed the exchange while this API takes over, in the modes parallel and queue.
    @Suite struct MigrationTests {
        /// An old producer, as such services are: no confirms, no ids. It ends after as many events as it is told.
        private static let oldProducer = """
            import datetime, json, pika, sys, time
            url, count = sys.argv[1], int(sys.argv[2])
            channel = pika.BlockingConnection(pika.URLParameters(url + '/%2F')).channel()
            properties = pika.BasicProperties(delivery_mode=2, content_type='application/json')
            for number in range(count):
                now = datetime.datetime.now(datetime.timezone.utc).isoformat()
                event = {'user_id': 1000 + number % 50, 'product_id': number % 97 + 1, 'event_type': 'view',
                    'user_session': 'old-%d' % number, 'event_time': now, 'published_at': now}
                channel.basic_publish('events', 'user.event', json.dumps(event).encode(), properties)
                time.sleep(0.01)
            channel.connection.close()
            """

        /// The fault: takes some of the API's events out of the graph's queue, and prints their ids. The old producer's stay.
        private static let thief = """
            import json, pika, sys
            url, wanted = sys.argv[1], int(sys.argv[2])
            channel = pika.BlockingConnection(pika.URLParameters(url + '/%2F')).channel()
            stolen, others, seen = [], [], 0
            while len(stolen) < wanted:
                method, properties, body = channel.basic_get('events.neo4j')
                if method is None:
                    continue
                event = json.loads(body)
                seen += 1
                if properties.message_id and seen % 5 == 0:
                    channel.basic_ack(method.delivery_tag)
                    stolen.append(event['event_id'])
                else:
                    others.append(method.delivery_tag)
            for tag in others:
                channel.basic_nack(tag, requeue=True)
            channel.connection.close()
            print(json.dumps(stolen))
            """

        /// Another fault: an event of the API with another product.
        private static let forger = """
            import json, pika, sys
            url, event_id = sys.argv[1:]
            channel = pika.BlockingConnection(pika.URLParameters(url + '/%2F')).channel()
            channel.confirm_delivery()
            event = {'event_id': event_id, 'user_id': 1, 'product_id': 4711, 'event_type': 'purchase', 'user_session': 'x',
                'event_time': '2026-01-01T00:00:00Z'}
            channel.basic_publish('events', 'user.event', json.dumps(event).encode(), mandatory=True)
            """

        private static let oldEvents = 1_500

        @Test(
            "a migration beside an old producer, under load, loses nothing, and a comparison finds exactly the faults")
        func migration() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let shared = ["--broker", node.addresses.amqp, "--data-dir", directory.path]
            let (server, port) = try Program.serve(
                directory.path, ["--mode", "direct", "--no-workers", "--broker", node.addresses.amqp],
                environment: DirectModeTests.tokens)
            let poster = Poster(threads: 3, pause: 0.005)
            poster.use(port: port)
            try await accepted(200, by: poster)

            // Both ways, beside the old producer. The broker's queues are made with the first change.
            #expect(try DirectModeTests.put("parallel", port: port)?.status == 200)
            let vectors = try Program(["worker", "--queue", "qdrant"] + shared)
            var graph = try Program(["worker", "--queue", "neo4j"] + shared)
            async let old = HelperProcess.python(Self.oldProducer, [node.addresses.amqp, "\(Self.oldEvents)"])
            try await accepted(300, by: poster)
            var comparison = try await settledComparison(shared)
            #expect(comparison["safe"] as? Bool == true, "\(comparison)")

            // One path loses events: while no worker takes them, some disappear from the graph's queue.
            #expect(graph.terminate() == 0)
            let output = try await HelperProcess.python(Self.thief, [node.addresses.amqp, "7"])
            let stolen = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String])
            #expect(stolen.count == 7)
            graph = try Program(["worker", "--queue", "neo4j"] + shared)
            // And one event comes with another content.
            let posted = try RawClient(port: port).request(
                "POST", "/events", #"{"user_id":1,"product_id":1,"event_type":"view","user_session":"s"}"#)
            let forged = try #require(posted?.object["event_id"] as? String)
            try await HelperProcess.python(Self.forger, [node.addresses.amqp, forged])
            try await accepted(300, by: poster)
            comparison = try await settledComparison(shared)
            #expect(comparison["safe"] as? Bool == false)
            let directOnly = comparison["direct_only"] as? [[String: Any]] ?? []
            #expect(Set(directOnly.compactMap { $0["event_id"] as? String }) == Set(stolen), "exactly the stolen ones")
            #expect(directOnly.allSatisfy { $0["missing"] as? [String] == ["queue:graph"] })
            #expect(comparison["different"] as? [String] == [forged])
            #expect((comparison["queue_only"] as? [Any])?.isEmpty == true)
            #expect((comparison["neither"] as? [Any])?.isEmpty == true)

            // The queue alone, back to both, and the queue for good.
            for mode in ["queue", "parallel", "queue"] {
                #expect(try DirectModeTests.put(mode, port: port)?.status == 200)
                try await accepted(200, by: poster)
            }
            _ = try await old
            let account = poster.stop()
            #expect(account.refused.isEmpty, "\(account.refused)")
            #expect(account.unanswered == 0)
            try await audit(directory.path, account, beside: Self.oldEvents + 1)
            #expect(server.terminate() == 0)
            #expect(graph.terminate() == 0)
            #expect(vectors.terminate() == 0)
        }

        private func accepted(_ count: Int, by poster: Poster) async throws {
            let before = poster.accepted
            try await eventually("\(count) more events are taken", within: .seconds(120)) {
                poster.accepted >= before + count
            }
        }

        /// The comparison of all that was posted until now, when nothing of that may wait in a queue any more.
        private func settledComparison(_ shared: [String]) async throws -> [String: Any] {
            // What is posted from now on is younger than the grace.
            try await Task.sleep(for: .seconds(3))
            var comparison: [String: Any] = [:]
            var output = ""
            try await eventually("the queues have caught up: \(output)", within: .seconds(120)) {
                output = try Program.run(["verify", "--compare-paths", "--json", "--grace", "3s"] + shared).output
                comparison = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
                return comparison["waiting"] as? Int == 0 && comparison["both"] as? Int ?? 0 > 0
            }
            return comparison
        }

        /// Whether both stores have each event once: all that were answered, and all of the old producer.
        private func audit(_ directory: String, _ account: Poster.Account, beside others: Int) async throws {
            let graph = try await EmbeddedGraphStore.open(directory: directory)
            let profiles = try await EmbeddedProfileStore.open(directory: directory)
            let accepted = account.accepted.compactMap { EventID($0) }
            // Consumers of other processes hold messages that RabbitMQ does not tell of.
            var written = 0
            try await eventually("\(written) of \(accepted.count + others) events are written", within: .seconds(90)) {
                written = min(try await graph.statistics().interactions, try await profiles.statistics().vectors)
                return written >= accepted.count + others
            }
            let (inGraph, inVectors) = (
                try await graph.occurrences(of: accepted), try await profiles.occurrences(of: accepted)
            )
            #expect(accepted.filter { inGraph[$0] != 1 } == [])
            #expect(accepted.filter { inVectors[$0] != 1 } == [])
            #expect(account.sent.count == accepted.count)
            #expect(try await graph.statistics().interactions == accepted.count + others)
            #expect(try await profiles.statistics().vectors == accepted.count + others)
            await graph.close()
            await profiles.close()
        }
    }
}
