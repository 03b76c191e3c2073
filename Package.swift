// swift-tools-version: 6.2
import PackageDescription

// Swift 6 language mode and warnings as errors hold everywhere. Everything above the C wrappers also compiles under
// strict memory safety, so that unsafe code can only stand in the wrapper targets.
let wrapperSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let safeSettings: [SwiftSetting] = wrapperSettings + [.strictMemorySafety()]

/// A target that may import a C module.
func wrapper(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: wrapperSettings)
}

/// A target without unsafe code.
func safe(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: safeSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: wrapperSettings)
}

let package = Package(
    name: "debias-events",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "debias-events", targets: ["debias-events"]),
        .library(name: "HTTPServer", targets: ["HTTPServer"]),
        .library(name: "SQLite", targets: ["SQLite"]),
        .library(name: "Gzip", targets: ["Gzip"]),
        .library(name: "Crypto", targets: ["Crypto"]),
        .library(name: "Arguments", targets: ["Arguments"]),
        .library(name: "Network", targets: ["Network"]),
        .library(name: "AMQPWire", targets: ["AMQPWire"]),
        .library(name: "AMQPClient", targets: ["AMQPClient"]),
    ],
    targets: [
        // C modules: a module map and inline shims for what Swift cannot import.
        .systemLibrary(
            name: "CMicrohttpd", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),

        // Wrappers: each alone imports its C module and knows nothing of events.
        wrapper("Platform"),
        wrapper("Crypto", ["CCrypto"]),
        wrapper("Gzip", ["CZlib"]),
        wrapper("SQLite", ["CSQLite", "Platform"]),
        wrapper("HTTPServer", ["CMicrohttpd", "Platform"]),
        wrapper("Network", ["CCurl", "Platform"]),

        // Pure.
        safe("Arguments"),
        safe("Events", ["Crypto"]),
        safe("AMQPWire"),

        // Clients: they know nothing of events.
        safe("AMQPClient", ["AMQPWire", "Network", "Platform"]),

        // Ports.
        safe("Messaging", ["Events"]),
        safe("Stores", ["Events"]),

        // Adapters.
        safe("Embedded", ["Events", "Messaging", "Stores", "SQLite", "Platform"]),
        safe("RabbitMQMessaging", ["Messaging", "AMQPClient", "AMQPWire", "Platform"]),

        // Application.
        safe("Spooling", ["Messaging", "Stores"]),
        safe("Workers", ["Events", "Messaging", "Stores", "Platform", "Crypto"]),
        safe("DeadLetters", ["Events", "Messaging", "Stores", "Crypto", "Platform"]),
        safe("IngestAPI", ["Crypto", "DeadLetters", "Events", "Messaging", "Stores", "HTTPServer", "Gzip"]),
        safe("FileImport", ["Events", "Stores", "Gzip", "Crypto"]),

        // Composition and executable.
        safe("Observability", ["Events"]),
        safe(
            "App",
            [
                "DeadLetters", "Embedded", "Observability", "Events", "HTTPServer", "IngestAPI", "Messaging",
                "Platform",
                "RabbitMQMessaging", "Spooling", "Stores", "Workers",
            ]),
        .executableTarget(
            name: "debias-events",
            dependencies: [
                "App", "Arguments", "DeadLetters", "Events", "FileImport", "HTTPServer", "IngestAPI", "Messaging",
                "Network",
                "Observability",
                "Platform", "RabbitMQMessaging", "Stores", "Workers",
            ],
            swiftSettings: safeSettings),

        // Shared by tests and benchmarks.
        safe("MessagingConformance", ["Messaging"]),
        safe("StoresConformance", ["Stores", "Events", "TestSupport"]),
        safe("Fakes", ["Messaging", "Stores", "Events"]),
        wrapper("TestSupport"),
        .executableTarget(
            name: "amqp-bench", dependencies: ["AMQPClient", "AMQPWire", "Platform"], swiftSettings: safeSettings),
        .executableTarget(
            name: "chaos-worker",
            dependencies: ["Embedded", "Events", "Messaging", "Platform", "RabbitMQMessaging", "Stores", "Workers"],
            swiftSettings: wrapperSettings),
        .executableTarget(
            name: "sqlite-crash-helper", dependencies: ["SQLite", "Platform"], swiftSettings: wrapperSettings),
        .executableTarget(
            name: "embedded-crash-helper", dependencies: ["Embedded", "Messaging", "Platform"],
            swiftSettings: wrapperSettings),
        .executableTarget(
            name: "http-server-helper", dependencies: ["HTTPServer", "Platform"], swiftSettings: wrapperSettings),

        tests("PlatformTests", ["Platform", "TestSupport", "sqlite-crash-helper"]),
        tests("CryptoTests", ["Crypto"]),
        tests("GzipTests", ["Gzip", "TestSupport"]),
        tests("SQLiteTests", ["SQLite", "Platform", "TestSupport", "sqlite-crash-helper"]),
        tests("HTTPServerTests", ["HTTPServer", "Network", "Platform", "TestSupport", "http-server-helper"]),
        tests("NetworkTests", ["Network", "Platform", "TestSupport"]),
        tests("AMQPWireTests", ["AMQPWire", "TestSupport"]),
        tests("AMQPClientTests", ["AMQPClient", "AMQPWire", "Network", "TestSupport"]),
        tests(
            "RabbitMQMessagingTests",
            [
                "RabbitMQMessaging", "Messaging", "MessagingConformance", "AMQPClient", "AMQPWire", "Events",
                "TestSupport",
            ]),
        tests("SpoolingTests", ["Spooling", "Messaging", "Embedded", "Fakes", "TestSupport"]),
        tests("ArgumentsTests", ["Arguments", "TestSupport"]),
        tests("EventsTests", ["Events", "TestSupport"]),
        tests("MessagingTests", ["Messaging", "Events"]),
        tests("StoresTests", ["Stores", "Events"]),
        tests(
            "EmbeddedTests",
            [
                "Embedded", "SQLite", "Platform", "Messaging", "MessagingConformance", "Stores", "StoresConformance",
                "TestSupport", "embedded-crash-helper",
            ]),
        tests("WorkersTests", ["Workers", "Messaging", "Stores", "Events", "Platform", "Fakes", "TestSupport"]),
        tests(
            "DeadLettersTests",
            [
                "DeadLetters", "Events", "Messaging", "Embedded", "Fakes", "HTTPServer", "IngestAPI", "Platform",
                "TestSupport",
            ]),
        tests("IngestAPITests", ["IngestAPI", "HTTPServer", "Messaging", "Stores", "Events", "Gzip", "Fakes"]),
        tests("FileImportTests", ["FileImport", "Events", "Stores", "Gzip", "Embedded", "Fakes", "TestSupport"]),
        tests("ObservabilityTests", ["Observability", "Events"]),
        tests("AppTests", ["App", "TestSupport"]),
        tests(
            "PipelineTests",
            [
                "App", "Embedded", "Events", "HTTPServer", "IngestAPI", "Messaging", "Stores", "TestSupport",
                "Workers",
            ]),
        tests(
            "SystemTests",
            [
                "debias-events", "chaos-worker", "Embedded", "Messaging", "RabbitMQMessaging", "Stores", "Events",
                "Workers", "Fakes", "Gzip", "TestSupport",
            ]),
    ]
)
