//! Keeps orders in a SQLite file: a schema that grows by a migration, a hundred tasks whose writes share a few commits,
//! a job that is undone as a whole, and reading while others write.

import Foundation
import SQLite

let folder = FileManager.default.temporaryDirectory.appending(path: "orders-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
let path = folder.appending(path: "orders.sqlite").path

// The first version of the program. The number marks its files: a file with another one is refused.
var configuration = DatabaseConfiguration(
    applicationID: 0x4f52_4452,
    migrations: [
        Migration(
            version: 1,
            sql: "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, cents INTEGER NOT NULL) STRICT")
    ])
let first = try await Database.open(at: path, configuration: configuration)
try await first.write { connection in
    try connection.run("INSERT INTO orders (customer, cents) VALUES (?, ?)", "Ada", 1_250)
}
try await first.close()

// The next version of the program adds a column. A file lacks the step once, whoever opens it first.
configuration.migrations.append(
    Migration(version: 2) { connection throws(SQLiteError) in
        try connection.execute("ALTER TABLE orders ADD COLUMN note TEXT")
    })
let database = try await Database.open(at: path, configuration: configuration)

// Each task goes on when its own row is on the disk; the rows that wait at the same time share one commit.
try await withThrowingTaskGroup(of: Void.self) { group in
    for number in 1...100 {
        group.addTask {
            try await database.write { connection in
                try connection.run(
                    "INSERT INTO orders (customer, cents, note) VALUES (?, ?, ?)",
                    number.isMultiple(of: 2) ? "Ben" : "Cleo", number * 100, number == 1 ? "gift" : nil as String?)
            }
        }
    }
    try await group.waitForAll()
}
let statistics = await database.statistics()
print("\(statistics.committedJobs) rows in \(statistics.commits) commits, at most \(statistics.largestGroup) in one")

// A job that throws leaves nothing behind, though its first statement succeeded.
do {
    try await database.write { connection in
        try connection.run("UPDATE orders SET cents = 0")
        try connection.run("INSERT INTO orders (id, customer, cents) VALUES (1, 'Ada', 5)")
    }
} catch let error as SQLiteError where error.code == .constraint(.primaryKey) {
    print("refused: \(error.message)")
}

// All that a reading job sees is of one moment, whatever is written meanwhile.
let totals = try await database.read { connection in
    try connection.query(
        "SELECT customer, count(*), sum(cents) FROM orders GROUP BY customer ORDER BY customer LIMIT ?", 10
    ) { row in
        (customer: row.string(0), orders: row.int(1), cents: row.int(2))
    }
}
for total in totals { print("\(total.customer): \(total.orders) orders, \(total.cents) cents") }

try await database.close()
try FileManager.default.removeItem(at: folder)
