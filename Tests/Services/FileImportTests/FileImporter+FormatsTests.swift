import Events
import JSON
import PipelineTesting
import Stores
import Testing

@testable import FileImport

@Suite("An import of files of other forms")
struct FileImporterFormatsTests {
    private func reading(
        columns: String? = nil, map: String? = nil, type: EventType? = nil, separator: Character = ",",
        format: ImportFormat = .auto
    ) throws -> ImportOptions {
        ImportOptions(
            format: format, separator: separator.asciiValue ?? 0,
            columns: try columns.map { try FieldMapping($0) } ?? FieldMapping(),
            names: try map.map { try EventNames($0) } ?? EventNames(), type: type)
    }

    private func imported(
        _ text: String, _ options: ImportOptions, user: Int64, rejecting: Int = 0
    ) async throws -> [Event] {
        let graph = FakeGraphStore()
        let run = try await ImportRun(text, options: options, into: graph)
        #expect(run.summary.rejected == rejecting, "\(run.rejected)")
        #expect(run.summary.addsUp)
        return try await graph.events(of: user)
    }

    // MARK: Formats of others

    @Test("reads RetailRocket's events.csv without being told its columns")
    func retailRocket() async throws {
        let text = """
            timestamp,visitorid,event,itemid,transactionid
            1433221332117,257597,view,355908,
            1433224214164,257597,addtocart,248676,
            1433222276276,257597,transaction,318965,4000

            """
        let events = try await imported(text, reading(), user: 257_597)
        #expect(events.map(\.type) == [.view, .purchase, .cart])
        #expect(events.map(\.productID) == [355_908, 318_965, 248_676])
        #expect(events.first?.time.description == "2015-06-02T05:02:12.117Z")
        #expect(events[1].properties == .object(["transactionid": .string("4000")]))
    }

    @Test("reads OTTO's sessions, a line of which is many events, and counts each")
    func otto() async throws {
        let text = """
            {"session": 42, "events": [{"aid": 7, "ts": 1661200010000, "type": "clicks"}, \
            {"aid": 8, "ts": 1661200020000, "type": "carts"}, {"aid": 8, "ts": 1661200030000, "type": "orders"}]}
            {"session": 43, "events": [{"aid": 0, "ts": 1661200010000, "type": "clicks"}, {"aid": 9}, 5]}
            {"session": 44, "events": []}

            """
        let columns = "user=session,session=session,product=events.aid,time=events.ts,type=events.type"
        let options = try reading(columns: columns, map: "clicks=view,carts=cart,orders=purchase")
        let graph = FakeGraphStore()
        let run = try await ImportRun(text, options: options, into: graph)
        #expect(run.summary.read == 7 && run.summary.accepted == 3 && run.summary.rejected == 4)
        #expect(run.summary.addsUp)
        let events = try await graph.events(of: 42)
        #expect(events.map(\.type) == [.view, .cart, .purchase])
        #expect(events.map(\.productID) == [7, 8, 8])
        #expect(Set(events.map(\.session)) == ["42"])
        #expect(events.first?.time.description == "2022-08-22T20:26:50Z")
        #expect(run.rejected.map(\.line) == [2, 2, 2, 3])

        let again = try await ImportRun(text, options: options, into: graph)
        #expect(again.summary.duplicates == 3, "ids follow from the elements")
    }

    @Test("takes the elements of one line in batches")
    func elementsInBatches() async throws {
        let elements = (1...25).map { #"{"aid":\#($0),"ts":\#(1_661_200_010_000 + $0 * 1_000),"type":"clicks"}"# }
        let line = #"{"session":1,"events":[\#(elements.joined(separator: ","))]}"#
        var options = try reading(
            columns: "user=session,product=events.aid,time=events.ts,type=events.type", map: "clicks=view")
        options.batchSize = 10
        let run = try await ImportRun(line + line.replacing("\"session\":1", with: "\"session\":2"), options: options)
        #expect(run.summary.accepted == 50)
        #expect(run.progress.map(\.read) == [10, 20, 30, 40, 50, 50])
    }

    @Test("reads YooChoose's clicks and buys, which have neither header nor user nor type")
    func yooChoose() async throws {
        let clicks = "1,2014-04-07T10:51:09.277Z,214536502,0\n1,2014-04-07T10:54:09.868Z,214536500,S\n"
        let viewed = try await imported(
            clicks, reading(columns: "user=1,session=1,time=2,product=3,category=4", type: .view), user: 1)
        #expect(viewed.map(\.productID) == [214_536_502, 214_536_500])
        #expect(viewed.map(\.categoryCode) == ["0", "S"])
        #expect(viewed.map(\.session) == ["1", "1"])
        let buys = "420374,2014-04-06T18:44:58.314Z,214537888,12462,1\n420374,2014-04-06T18:44:58.325Z,214537850,0,0\n"
        let bought = try await imported(
            buys, reading(columns: "user=1,session=1,time=2,product=3,price=4", type: .purchase), user: 420_374)
        #expect(bought.map(\.type) == [.purchase, .purchase])
        #expect(bought.map(\.price) == [12_462, 0])
    }

    @Test("reads Diginetica's views and purchases, whose time is a date and milliseconds")
    func diginetica() async throws {
        let views = """
            sessionId;userId;itemId;timeframe;eventdate
            1;NA;81766;526309;2016-05-09
            1;NA;31331;1031018;2016-05-09

            """
        let columns = "user=sessionId,session=sessionId,product=itemId,time=eventdate+timeframe"
        let viewed = try await imported(
            views, reading(columns: columns, type: .view, separator: ";"), user: 1)
        #expect(viewed.map(\.productID) == [81_766, 31_331])
        #expect(viewed.first?.time.description == "2016-05-09T00:08:46.309Z")
        let purchases = """
            sessionId;userId;timeframe;eventdate;ordernumber;itemId
            150;18278;17100868;2016-05-06;16421;25911

            """
        let bought = try await imported(
            purchases, reading(columns: columns, type: .purchase, separator: ";"), user: 150)
        #expect(bought.map(\.productID) == [25_911])
    }

    @Test("reads GA4's export from BigQuery, whose users and products are texts")
    func ga4() async throws {
        let text = """
            {"event_date":"20210131","event_timestamp":"1612069510766593","event_name":"purchase",\
            "user_pseudo_id":"1026454.4271112504","items":[{"item_id":"GGOEGAAX0568","price":12.5,"quantity":"2",\
            "item_brand":"Google","item_category":"Apparel"},{"item_id":"9188198","price":"3","quantity":null}]}
            {"event_timestamp":"1612069510800000","event_name":"session_start","user_pseudo_id":"1026454.4271112504","items":[]}

            """
        let options = try reading(
            columns: "user=hash:user_pseudo_id,product=hash:items.item_id,time=event_timestamp,type=event_name,"
                + "price=items.price,quantity=items.quantity,brand=items.item_brand,category=items.item_category",
            map: "view_item=view,add_to_cart=cart")
        let graph = FakeGraphStore()
        let run = try await ImportRun(text, options: options, into: graph)
        #expect(run.summary.accepted == 2)
        #expect(run.summary.rejectedByReason == [.unknownEventType("session_start"): 1])
        let user = RowIdentity.number(of: "1026454.4271112504".utf8)
        let events = try await graph.events(of: user).sorted { $0.price ?? 0 > $1.price ?? 0 }
        #expect(events.map(\.price) == [12.5, 3])
        #expect(events.map(\.quantity) == [2, nil])
        #expect(events.map(\.brand) == ["Google", nil])
        #expect(events[0].time.description == "2021-01-31T05:05:10.766593Z")
        #expect(events[0].productID != events[1].productID)
        #expect(
            events[0].properties
                == .object(["item_id": .string("GGOEGAAX0568"), "user_pseudo_id": .string("1026454.4271112504")]))
    }

    // MARK: Values

    @Test("reads whole numbers with a fraction of zero, fractions of seconds and blanks as posted events have them")
    func values() async throws {
        let text = """
            user_id,product_id,event_type,event_time,user_session,price,quantity,brand,category_code,note
            101.0,2.0,view,1511544144.5,s,\\N,3.0,nan,None,NULL
            101,2,view,1511544145,s,1.5,NULL,NULL,\\N,x

            """
        let events = try await imported(text, reading(), user: 101)
        #expect(events.map(\.time.microseconds) == [1_511_544_144_500_000, 1_511_544_145_000_000])
        #expect(events.map(\.price) == [nil, 1.5])
        #expect(events.map(\.quantity) == [3, nil])
        #expect(events.map(\.brand) == [nil, nil])
        #expect(events.map(\.categoryCode) == [nil, nil])
        #expect(events.map(\.properties) == [nil, .object(["note": .string("x")])])
    }

    @Test("follows one rule for a value in CSV, in lines of JSON, and in lines with members of other names")
    func oneRule() async throws {
        let times = [
            "1511544144", "1511544144.25", "1511544144250", "2017-11-24T17:22Z", "20171124T172224Z", "20171124", "0",
            "43063", "2017-11-24", "NULL", "soon",
        ]
        for time in times {
            let csv = "user_id,product_id,event_type,event_time,user_session\n1,2,view,\(time),s\n"
            let json = #"{"user_id":1,"product_id":2,"event_type":"view","event_time":"\#(time)","user_session":"s"}"#
            let mapped = #"{"u":1,"product_id":2,"event_type":"view","event_time":"\#(time)","user_session":"s"}"#
            func readTime(_ text: String, _ options: ImportOptions) async throws -> Timestamp? {
                let graph = FakeGraphStore()
                _ = try await ImportRun(text, options: options, into: graph)
                return try await graph.events(of: 1).first?.time
            }
            let fromRow = try await readTime(csv, reading())
            #expect(try await readTime(mapped, reading(columns: "user=u")) == fromRow, "\(time)")
            // A posted event without a time has that of its import; a row without one is none.
            let fromLine = try await readTime(json, reading())
            #expect(time == "NULL" ? fromLine == ImportRun.now && fromRow == nil : fromLine == fromRow, "\(time)")
        }
    }

    @Test("reads JSON objects that are joined without line feeds")
    func joinedObjects() async throws {
        let object = #"{"user_id":1,"product_id":%,"event_type":"view","user_session":"}{"}"#
        let text = (1...3).map { object.replacing("%", with: "\($0)") }.joined()
        let events = try await imported(text, reading(), user: 1)
        #expect(Set(events.map(\.productID)) == [1, 2, 3])
    }

    @Test("keeps the properties of posted events whose types have other names")
    func mappedTypes() async throws {
        let text = """
            {"user_id":1,"product_id":2,"event_type":"look","event_time":"2019-10-01T00:00:00Z","user_session":"s",\
            "properties":{"a":[1]}}
            """
        let events = try await imported(text, reading(map: "look=view"), user: 1)
        #expect(events.map(\.properties) == [.object(["a": .array([.integer(1)])])])
        #expect(events.map(\.session) == ["s"])
    }

    // MARK: Mistakes

    @Test(
        "names the likely separator where the first line is no header",
        arguments: [
            (";", "semicolons: add --separator ';'"), ("\t", "tabs: add --separator tab"),
            ("|", "'|': add --separator '|'"),
        ])
    func likelySeparator(separator: String, part: String) async throws {
        let header = "user_id,product_id,event_type,event_time".replacing(",", with: separator)
        let error = await #expect(throws: ImportError.self) { try await ImportRun(header + "\n", options: reading()) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        let text = header + "\n1,2,view,1511544144\n".replacing(",", with: separator)
        let events = try await imported(text, reading(separator: Character(separator)), user: 1)
        #expect(events.count == 1)
    }

    @Test("names the columns that the user named and the file has not")
    func missingColumns() async throws {
        let header = "visitor,item,ts,kind\n"
        func failure(_ columns: String) async throws -> String {
            let error = await #expect(throws: ImportError.self) {
                try await ImportRun(header, options: reading(columns: columns))
            }
            return error?.description ?? ""
        }
        #expect(try await failure("user=visitor,product=item,time=ts,type=sort").contains("it lacks: sort"))
        #expect(try await failure("user=visitor").contains("it lacks: event_type"))
        #expect(try await failure("user=1,product=9,time=3,type=4").contains("it lacks: 9"))
    }

    @Test("tells a file that gave no event by its most frequent reason")
    func nothingAccepted() async throws {
        let text = "user_id,product_id,event_type,event_time\n1,2,clicks,1511544144\n1,3,clicks,1511544145\n"
        let run = try await ImportRun(text, options: reading())
        #expect(run.summary.failure?.contains("--map clicks=view") == true)
        #expect(try await ImportRun(text, options: reading(map: "clicks=view")).summary.failure == nil)
    }
}
