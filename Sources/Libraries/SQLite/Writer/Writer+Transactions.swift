extension Writer {
    /// Runs the jobs that wait in `queue`, as one transaction where possible, and tells each caller after the commit.
    ///
    /// Jobs that arrive before the commit begins join the transaction, up to the group's size: the callers of the last
    /// group come back with their next jobs just then.
    func runJobs(of queue: WriteQueue) {
        var jobs = queue.next(configuration.maximumGroupSize)[...]
        while !jobs.isEmpty {
            do throws(SQLiteError) {
                try lock.acquire(timeout: configuration.busyTimeout)
                defer { lock.release() }
                let connection = try writableConnection()
                jobs = try runTransaction(jobs, thenOf: queue, on: connection)
                if !isGone { checkpointIfDue(connection) }
            } catch {
                for job in jobs { job.fail(error) }
                statistics.failedJobs += jobs.count
                return
            }
        }
    }

    /// Runs one transaction. Where it ends early, because SQLite or a failing first job ended it, jobs are left over
    /// for the next one; at least one is not.
    /// - Throws: when it did not begin.
    /// - Returns: the jobs that were not run.
    private func runTransaction(
        _ jobs: ArraySlice<WriteJob>, thenOf queue: WriteQueue, on connection: Connection
    ) throws(SQLiteError) -> ArraySlice<WriteJob> {
        var rest = jobs
        var completions: [WriteJob.Completion] = []
        completions.reserveCapacity(jobs.count)
        var failed: [(job: WriteJob, error: any Error)] = []
        var failure: SQLiteError?

        try connection.run("BEGIN IMMEDIATE")
        connection.handle.beginManagedTransaction()
        do throws(SQLiteError) {
            while let job = nextJob(&rest, queue, started: completions.count + failed.count) {
                do {
                    // The first one needs no savepoint, which for a large job means fewer pages to keep: when it
                    // throws, the whole transaction, which is it alone, is undone.
                    let isFirst = completions.isEmpty && failed.isEmpty
                    completions.append(try isFirst ? runAlone(job, connection) : runInSavepoint(job, connection))
                } catch {
                    failed.append((job, error))
                }
                try connection.requireManagedTransaction()
                if completions.isEmpty { break }
            }
            try completions.isEmpty ? connection.run("ROLLBACK") : commit(connection)
        } catch {
            failure = error
            recover(connection, from: error)
        }
        connection.handle.endManagedTransaction()

        record(committed: failure == nil ? completions.count : 0, of: completions.count + failed.count)
        for completion in completions { completion(failure) }
        for (job, error) in failed { job.fail(error) }
        return rest
    }

    private func nextJob(
        _ rest: inout ArraySlice<WriteJob>, _ queue: WriteQueue, started: Int
    ) -> WriteJob? {
        if rest.isEmpty, started < configuration.maximumGroupSize {
            rest = queue.next(configuration.maximumGroupSize - started)[...]
        }
        return rest.popFirst()
    }

    private func runAlone(_ job: WriteJob, _ connection: Connection) throws -> WriteJob.Completion {
        let completion = try job.run(connection)
        try connection.requireNoDeferredViolation()
        return completion
    }

    private func runInSavepoint(_ job: WriteJob, _ connection: Connection) throws -> WriteJob.Completion {
        try connection.run("SAVEPOINT job")
        do {
            let completion = try runAlone(job, connection)
            try connection.run("RELEASE job")
            return completion
        } catch {
            // SQLite may have ended the transaction itself; there is nothing to go back to then.
            if connection.isInTransaction {
                try connection.run("ROLLBACK TO job")
                try connection.run("RELEASE job")
            }
            throw error
        }
    }

    private func commit(_ connection: Connection) throws(SQLiteError) {
        do throws(SQLiteError) {
            try connection.run("COMMIT")
        } catch {
            var error = error
            // Perhaps the log holds the commit and only the sync failed.
            error.isOutcomeUnknown = error.code == .io
            throw error
        }
        do throws(SQLiteError) {
            try files.requireInPlace()
        } catch {
            isGone = true
            var error = error
            // If the folder was only moved, the commit is in it.
            error.isOutcomeUnknown = true
            throw error
        }
    }

    /// Leaves no transaction open after `error`, and the connection fit for the next one or given up.
    private func recover(_ connection: Connection, from error: SQLiteError) {
        connection.handle.endManagedTransaction()
        if connection.isInTransaction { try? connection.run("ROLLBACK") }
        if error.isDamage { damage = error }
        // A new connection looks afresh at what is in the file, if it is there.
        if error.isOutcomeUnknown && !isGone || connection.isInTransaction {
            self.connection = nil
            files.connectionWasGivenUp()
        }
    }

    private func record(committed: Int, of jobs: Int) {
        statistics.failedJobs += jobs - committed
        guard committed > 0 else { return }
        statistics.commits += 1
        statistics.committedJobs += committed
        statistics.largestGroup = max(statistics.largestGroup, committed)
        hasUnsavedLog = true
    }
}
