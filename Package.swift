// swift-tools-version: 6.2
import PackageDescription

// The layers of the house, from the ground up. A target depends on targets of its own or an earlier layer only; an
// adapter on no other adapter. Its sources are in Sources/LAYER/NAME, its tests in Tests/LAYER/NAMETests, and both get
// the same settings: Swift 6 mode and warnings as errors everywhere; strict memory safety in everything that does not
// wrap a C library or the system, so that unsafe code can only be in the wrappers.

let c: [Entry] = [
    .library("CLinux"),
    .library("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
    .library("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
    .library("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
    .library("CSSL", pkgConfig: "libssl", package: "libssl-dev"),
    .library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
]

let base: [Entry] = [
    .wrapper(
        "Platform",
        [
            "CLinux",
            "EventLoops",
        ],
        tests: [
            "TestSupport",
            "test-helper",
        ]),
    .pure("Bytes", [], tests: ["TestSupport"]),
    .pure("JSON", ["Bytes"], tests: ["TestSupport"]),
    .wrapper(
        "EventLoops",
        ["CLinux"],
        tests: [
            "Platform",
            "TestSupport",
        ]),
]

let libraries: [Entry] = [
    .pure("Arguments", [], tests: ["TestSupport"]),
    .wrapper("Crypto", ["CCrypto"], tests: []),
    .wrapper("Gzip", ["CZlib"], tests: ["TestSupport"]),
    .wrapper(
        "SQLite",
        [
            "CSQLite",
            "EventLoops",
            "Platform",
        ],
        tests: [
            "TestSupport",
            "test-helper",
        ]),
    .pure("HTTPMessages", ["Bytes"], tests: []),
    .pure("Metrics", [], tests: []),
    .pure(
        "HTTPWire",
        [
            "Bytes",
            "HTTPMessages",
        ],
        tests: [
            "Bytes",
            "HTTPMessages",
            "TestSupport",
        ]),
    .wrapper(
        "HTTPServer",
        [
            "CLinux",
            "CSSL",
            "EventLoops",
            "HTTPMessages",
            "HTTPWire",
        ],
        tests: [
            "CSSL",
            "EventLoops",
            "HTTPMessages",
            "HTTPWire",
            "Network",
            "TestSupport",
            "test-helper",
        ]),
    .wrapper(
        "Network",
        [
            "Bytes",
            "CCurl",
            "EventLoops",
            "HTTPMessages",
            "Platform",
        ],
        tests: [
            "EventLoops",
            "HTTPMessages",
            "TestSupport",
        ]),
]

let clients: [Entry] = [
    .pure(
        "Connections",
        [
            "Bytes",
            "EventLoops",
            "Network",
        ],
        tests: [
            "EventLoops",
            "Network",
            "TestSupport",
        ]),
    .pure("AMQPWire", ["Bytes"], tests: ["TestSupport"]),
    .pure(
        "AMQPClient",
        [
            "AMQPWire",
            "Bytes",
            "Connections",
            "EventLoops",
            "Network",
        ],
        tests: [
            "AMQPWire",
            "EventLoops",
            "Network",
            "TestSupport",
        ]),
    .pure("BoltWire", ["Bytes"], tests: ["TestSupport"]),
    .pure(
        "BoltClient",
        [
            "BoltWire",
            "Bytes",
            "Connections",
            "EventLoops",
            "Network",
        ],
        tests: [
            "BoltWire",
            "Connections",
            "EventLoops",
            "Network",
            "TestSupport",
        ]),
    .pure(
        "QdrantClient",
        [
            "Bytes",
            "Connections",
            "EventLoops",
            "HTTPMessages",
            "JSON",
            "Network",
        ],
        tests: [
            "EventLoops",
            "HTTPMessages",
            "JSON",
            "Network",
            "TestSupport",
        ]),
]

let pipeline: [Entry] = [
    .pure(
        "Events",
        [
            "Bytes",
            "Crypto",
            "JSON",
            "Platform",
        ],
        tests: [
            "JSON",
            "TestSupport",
        ]),
    .pure(
        "Stores",
        [
            "Bytes",
            "Events",
            "JSON",
        ],
        tests: [
            "Events",
            "TestSupport",
        ]),
    .pure(
        "Messaging",
        [
            "Bytes",
            "EventLoops",
            "Events",
            "Gzip",
        ],
        tests: [
            "Events",
            "Gzip",
            "TestSupport",
        ]),
]

let adapters: [Entry] = [
    .pure(
        "Embedded",
        [
            "Bytes",
            "EventLoops",
            "Events",
            "JSON",
            "Messaging",
            "Platform",
            "SQLite",
            "Stores",
        ],
        tests: [
            "Events",
            "Messaging",
            "PipelineTesting",
            "Platform",
            "SQLite",
            "Stores",
            "TestSupport",
            "test-helper",
        ]),
    .pure(
        "Neo4jGraph",
        [
            "BoltClient",
            "BoltWire",
            "Connections",
            "EventLoops",
            "Events",
            "JSON",
            "Stores",
        ],
        tests: [
            "BoltClient",
            "BoltWire",
            "EventLoops",
            "Events",
            "JSON",
            "PipelineTesting",
            "Stores",
            "TestSupport",
        ]),
    .pure(
        "QdrantProfiles",
        [
            "Bytes",
            "EventLoops",
            "Events",
            "JSON",
            "QdrantClient",
            "Stores",
        ],
        tests: [
            "EventLoops",
            "Events",
            "HTTPMessages",
            "JSON",
            "PipelineTesting",
            "QdrantClient",
            "Stores",
            "TestSupport",
        ]),
    .pure(
        "RabbitMQMessaging",
        [
            "AMQPClient",
            "AMQPWire",
            "EventLoops",
            "Messaging",
        ],
        tests: [
            "AMQPClient",
            "AMQPWire",
            "EventLoops",
            "Messaging",
            "PipelineTesting",
            "TestSupport",
        ]),
]

let services: [Entry] = [
    .pure(
        "Workers",
        [
            "Crypto",
            "EventLoops",
            "Events",
            "JSON",
            "Messaging",
            "Metrics",
            "Platform",
            "Stores",
        ],
        tests: [
            "EventLoops",
            "Events",
            "Gzip",
            "Messaging",
            "Metrics",
            "PipelineTesting",
            "Platform",
            "Stores",
            "TestSupport",
        ]),
    .pure(
        "Intake",
        [
            "EventLoops",
            "Events",
            "JSON",
            "Messaging",
            "Platform",
            "Stores",
            "Workers",
        ],
        tests: [
            "EventLoops",
            "Events",
            "Messaging",
            "PipelineTesting",
            "Platform",
            "Stores",
            "TestSupport",
            "Workers",
        ]),
    .pure(
        "DeadLetters",
        [
            "Crypto",
            "EventLoops",
            "Events",
            "Gzip",
            "JSON",
            "Messaging",
            "Platform",
            "Stores",
        ],
        tests: [
            "Embedded",
            "Events",
            "Gzip",
            "HTTPAPI",
            "HTTPMessages",
            "HTTPServer",
            "JSON",
            "Messaging",
            "PipelineTesting",
            "Platform",
            "Stores",
            "TestSupport",
        ]),
    .pure(
        "Erasing",
        [
            "DeadLetters",
            "Events",
            "JSON",
            "Messaging",
            "Recommending",
            "Stores",
        ],
        tests: [
            "DeadLetters",
            "Embedded",
            "Events",
            "Gzip",
            "JSON",
            "Messaging",
            "PipelineTesting",
            "Platform",
            "Stores",
            "TestSupport",
        ]),
    .pure(
        "Recommending",
        [
            "Bytes",
            "Events",
            "JSON",
            "Stores",
        ],
        tests: [
            "Bytes",
            "Events",
            "JSON",
            "PipelineTesting",
            "Stores",
            "TestSupport",
        ]),
    .page(
        "ConsolePage", files: ["console.html", "console.css", "console.js", "elements.js", "letters.js", "server.js"]),
    .pure(
        "Console",
        [
            "Events",
            "JSON",
            "Messaging",
            "Stores",
            "Workers",
        ],
        tests: [
            "Events",
            "JSON",
            "Messaging",
            "PipelineTesting",
            "Stores",
            "TestSupport",
            "Workers",
        ]),
    .pure(
        "HTTPAPI",
        [
            "Console",
            "ConsolePage",
            "Crypto",
            "DeadLetters",
            "Erasing",
            "Events",
            "Gzip",
            "HTTPMessages",
            "HTTPServer",
            "HTTPWire",
            "Intake",
            "JSON",
            "Messaging",
            "Metrics",
            "Platform",
            "Recommending",
            "Stores",
            "Workers",
        ],
        tests: [
            "Console",
            "Crypto",
            "DeadLetters",
            "Events",
            "Gzip",
            "HTTPMessages",
            "HTTPServer",
            "HTTPWire",
            "Intake",
            "JSON",
            "Messaging",
            "PipelineTesting",
            "Stores",
            "TestSupport",
            "Workers",
        ]),
    .pure(
        "FileImport",
        [
            "EventLoops",
            "Events",
            "Gzip",
            "JSON",
            "Stores",
        ],
        tests: [
            "EventLoops",
            "Events",
            "Gzip",
            "JSON",
            "PipelineTesting",
            "Stores",
            "TestSupport",
        ]),
    .pure(
        "LoadTesting",
        [
            "Bytes",
            "EventLoops",
            "Events",
            "FileImport",
            "JSON",
            "Network",
            "Platform",
        ],
        tests: [
            "Bytes",
            "EventLoops",
            "Events",
            "FileImport",
            "Network",
            "Platform",
            "TestSupport",
        ]),
]

let program: [Entry] = [
    .pure(
        "Observability",
        [
            "Bytes",
            "EventLoops",
            "Events",
            "HTTPMessages",
            "JSON",
            "Messaging",
            "Network",
        ],
        tests: [
            "Events",
            "HTTPMessages",
            "HTTPServer",
            "Messaging",
            "TestSupport",
        ]),
    .pure(
        "App",
        [
            "Console",
            "Crypto",
            "DeadLetters",
            "Embedded",
            "Erasing",
            "EventLoops",
            "Events",
            "FileImport",
            "HTTPAPI",
            "HTTPMessages",
            "HTTPServer",
            "Intake",
            "JSON",
            "LoadTesting",
            "Messaging",
            "Metrics",
            "Neo4jGraph",
            "Network",
            "Observability",
            "Platform",
            "QdrantProfiles",
            "RabbitMQMessaging",
            "Recommending",
            "Stores",
            "Workers",
        ],
        tests: [
            "DeadLetters",
            "Embedded",
            "EventLoops",
            "Events",
            "FileImport",
            "HTTPAPI",
            "Intake",
            "JSON",
            "LoadTesting",
            "Messaging",
            "Observability",
            "PipelineTesting",
            "Platform",
            "Recommending",
            "Stores",
            "TestSupport",
            "Workers",
        ]),
    .program(
        "debias-events",
        [
            "App",
            "Arguments",
            "Bytes",
            "DeadLetters",
            "EventLoops",
            "Events",
            "FileImport",
            "HTTPAPI",
            "HTTPMessages",
            "Intake",
            "JSON",
            "LoadTesting",
            "Messaging",
            "Observability",
            "Platform",
            "Recommending",
            "Workers",
        ]),
    .tests(
        "PipelineTests",
        [
            "Embedded",
            "Events",
            "HTTPAPI",
            "HTTPMessages",
            "HTTPServer",
            "Messaging",
            "PipelineTesting",
            "Stores",
            "TestSupport",
            "Workers",
        ]),
    .tests(
        "SystemTests",
        [
            "BoltClient",
            "BoltWire",
            "Crypto",
            "Embedded",
            "EventLoops",
            "Events",
            "Gzip",
            "HTTPMessages",
            "JSON",
            "Messaging",
            "PipelineTesting",
            "QdrantClient",
            "RabbitMQMessaging",
            "Stores",
            "TestSupport",
            "Workers",
            "debias-events",
            "chaos-worker",
        ]),
]

let testing: [Entry] = [
    .wrapper(
        "TestSupport",
        [
            "Bytes",
            "EventLoops",
            "JSON",
        ]),
    .pure(
        "PipelineTesting",
        [
            "Events",
            "JSON",
            "Messaging",
            "Stores",
            "TestSupport",
        ]),
    .program(
        "client-bench",
        [
            "AMQPClient",
            "AMQPWire",
            "BoltClient",
            "BoltWire",
            "EventLoops",
            "HTTPMessages",
            "HTTPServer",
            "Platform",
        ]),
    .wrapperProgram(
        "chaos-worker",
        [
            "Embedded",
            "EventLoops",
            "Events",
            "Messaging",
            "RabbitMQMessaging",
            "Stores",
            "Workers",
        ]),
    .wrapperProgram(
        "test-helper",
        [
            "Embedded",
            "EventLoops",
            "Events",
            "HTTPMessages",
            "HTTPServer",
            "HTTPWire",
            "JSON",
            "Messaging",
            "Platform",
            "SQLite",
            "Stores",
        ]),
    .tests("ScriptTests", ["TestSupport"]),
]

/// What others may depend on: each is a library with documentation of its own.
let products = [
    "Bytes",
    "JSON",
    "EventLoops",
    "Arguments",
    "Crypto",
    "Gzip",
    "SQLite",
    "HTTPMessages",
    "HTTPWire",
    "HTTPServer",
    "Network",
    "Connections",
    "AMQPWire",
    "AMQPClient",
    "BoltWire",
    "BoltClient",
    "QdrantClient",
]

/// Targets of tests with a folder of recordings.
let fixtures = ["QdrantClientTests"]

let layers: [(name: String, entries: [Entry])] = [
    ("C", c),
    ("Base", base),
    ("Libraries", libraries),
    ("Clients", clients),
    ("Pipeline", pipeline),
    ("Adapters", adapters),
    ("Services", services),
    ("Program", program),
    ("Testing", testing),
]

/// A target of the house, and how it is tested.
struct Entry {
    enum Kind {
        /// A module map and inline shims for a C library: its pkg-config name and Debian's package; nil for the C
        /// library itself.
        case library(pkgConfig: String?, package: String?)
        /// May contain unsafe code.
        case wrapper
        /// Compiles under strict memory safety.
        case pure
        /// Files that become a part of the program, alone with what gives them their names: a list of bytes takes the
        /// compiler long, and a target without dependencies is compiled again only when a file changes.
        case page(files: [String])
        /// An executable, under strict memory safety.
        case program
        /// An executable that may contain unsafe code.
        case wrapperProgram
        /// Tests of several targets together.
        case tests
    }

    var name: String
    var kind: Kind
    var dependencies: [String]
    /// What the target's tests import beside the target itself; nil if it has none of its own.
    var tests: [String]?

    static func library(_ name: String, pkgConfig: String? = nil, package: String? = nil) -> Entry {
        Entry(name: name, kind: .library(pkgConfig: pkgConfig, package: package), dependencies: [])
    }

    static func wrapper(_ name: String, _ dependencies: [String], tests: [String]? = nil) -> Entry {
        Entry(name: name, kind: .wrapper, dependencies: dependencies, tests: tests)
    }

    static func pure(_ name: String, _ dependencies: [String], tests: [String]? = nil) -> Entry {
        Entry(name: name, kind: .pure, dependencies: dependencies, tests: tests)
    }

    static func page(_ name: String, files: [String]) -> Entry {
        Entry(name: name, kind: .page(files: files), dependencies: [])
    }

    static func program(_ name: String, _ dependencies: [String]) -> Entry {
        Entry(name: name, kind: .program, dependencies: dependencies)
    }

    static func wrapperProgram(_ name: String, _ dependencies: [String]) -> Entry {
        Entry(name: name, kind: .wrapperProgram, dependencies: dependencies)
    }

    static func tests(_ name: String, _ dependencies: [String]) -> Entry {
        Entry(name: name, kind: .tests, dependencies: dependencies)
    }

    func targets(in layer: String) -> [Target] {
        let path = "Sources/\(layer)/\(name)"
        let needs = dependencies.map { Target.Dependency(stringLiteral: $0) }
        let target: Target =
            switch kind {
            case .library(let pkgConfig, let package):
                .systemLibrary(
                    name: name, path: path, pkgConfig: pkgConfig, providers: package.map { [.apt([$0])] })
            case .wrapper: .target(name: name, dependencies: needs, path: path, swiftSettings: .wrapper)
            case .pure: .target(name: name, dependencies: needs, path: path, swiftSettings: .pure)
            case .page(let files):
                .target(
                    name: name, path: path, resources: files.map { .embedInCode($0) }, swiftSettings: .pure)
            case .program:
                .executableTarget(name: name, dependencies: needs, path: path, swiftSettings: .pure)
            case .wrapperProgram:
                .executableTarget(name: name, dependencies: needs, path: path, swiftSettings: .wrapper)
            case .tests: testTarget(name, needs, in: layer)
            }
        guard let tests else { return [target] }
        let testNeeds = ([name] + tests).map { Target.Dependency(stringLiteral: $0) }
        return [target, testTarget("\(name)Tests", testNeeds, in: layer)]
    }

    func testTarget(_ name: String, _ needs: [Target.Dependency], in layer: String) -> Target {
        // Tests read fixtures where they stand, beside the sources.
        .testTarget(
            name: name, dependencies: needs, path: "Tests/\(layer)/\(name)",
            exclude: fixtures.contains(name) ? ["Fixtures"] : [], swiftSettings: .wrapper)
    }
}

extension [SwiftSetting] {
    static var wrapper: [SwiftSetting] {
        [
            .swiftLanguageMode(.v6),
            .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
    }

    static var pure: [SwiftSetting] { wrapper + [.strictMemorySafety()] }
}

/// Ends the build where a target depends on a later layer, or an adapter on another.
func checkDirection(of layers: [(name: String, entries: [Entry])]) {
    var known: Set<String> = []
    for layer in layers {
        let own = Set(layer.entries.map(\.name))
        let allowed = layer.name == "Adapters" ? known : known.union(own)
        for entry in layer.entries {
            if case .tests = entry.kind { continue }
            let upward = entry.dependencies.filter { !allowed.contains($0) }
            precondition(
                upward.isEmpty,
                "\(entry.name) in \(layer.name) may not depend on \(upward.joined(separator: ", ")): imports point down"
            )
        }
        known.formUnion(own)
    }
}

checkDirection(of: layers)

let package = Package(
    name: "debias-events",
    products: [.executable(name: "debias-events", targets: ["debias-events"])]
        + products.map { .library(name: $0, targets: [$0]) },
    targets: layers.flatMap { layer in layer.entries.flatMap { $0.targets(in: layer.name) } }
)
