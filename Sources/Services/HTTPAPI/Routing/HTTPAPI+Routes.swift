import HTTPMessages

extension HTTPAPI {
    /// All endpoints of the API. An endpoint is one entry here and its handler: dispatch, 404, 405, `OPTIONS`, HEAD and
    /// the check for a token follow from the entry, and so does what browsers are told.
    static let routes = RouteTable([
        Route(
            .post, "/events", for: .anyoneAndPages, HTTPAPI.postEvent, "Takes an event; answers when it is durable.",
            .postEvent),
        Route(
            .post, "/events/batch", for: .anyoneAndPages, HTTPAPI.postBatch,
            "Takes many events, as an array or as lines.", .postBatch
        ),
        Route(
            .get, "/users/{id}/history", for: .readerOrUser, HTTPAPI.history,
            "A user's events, newest first, in pages.", .history
        ),
        Route(
            .get, "/users/{id}/profile", for: .readerOrUser, HTTPAPI.profile, "A user's interactions in numbers.",
            .profile),
        Route(
            .get, "/users/{id}/similar-users", for: .reader, HTTPAPI.similarUsers,
            "The users whose profiles are nearest.", .similarUsers),
        Route(
            .get, "/users/{id}/products", for: .readerOrUser, HTTPAPI.products,
            "Products near to a user's profile that the user has not bought.", .products),
        Route(
            .get, "/users/{id}/recommendations", for: .readerOrUser, HTTPAPI.recommendations,
            "Products for a user, each with its reasons.", .recommendations),
        Route(
            .get, "/products/{id}/related", for: .reader, HTTPAPI.relatedProducts, "The products that go with one.",
            .relatedProducts),
        Route(
            .post, "/recommendations", for: .reader, HTTPAPI.recommendationsForSession,
            "Products for a session that is not stored.", .sessionRecommendations),
        Route(
            .put, "/products/{id}", for: .tokenHolder, HTTPAPI.putProduct,
            "Puts a product's vector into the catalogue.", .putProduct
        ),
        Route(
            .delete, "/users/{id}", for: .tokenHolder, HTTPAPI.eraseUser,
            "Removes all that is held about a user, for good.", .eraseUser),
        Route(
            .get, "/health", for: .anyone, HTTPAPI.health, "Whether the process answers and its workers make progress.",
            .health),
        Route(
            .get, "/health/ready", for: .anyone, HTTPAPI.ready, "Whether events are taken and stores can be read.",
            .ready),
        Route(
            .get, "/mode", for: .tokenHolder, HTTPAPI.currentMode, "How posted events come to the stores.", .currentMode
        ),
        Route(
            .put, "/mode", for: .tokenHolder, HTTPAPI.putMode, "Changes how posted events come to the stores.", .putMode
        ),
        Route(
            .get, "/rabbitmq/health", for: .anyone, HTTPAPI.queues, "How many messages and consumers the queues have.",
            .queues),
        Route(
            .get, "/openapi.json", for: .anyone, HTTPAPI.openAPI, "This API's description, for programs.", .document),
        Route(.get, "/docs", for: .anyone, HTTPAPI.documentPage, "This API's description, for people.", .page),
        Route(.get, "/metrics", for: .anyone, HTTPAPI.metrics, "Metrics of the pipeline for Prometheus.", .metrics),
        Route(
            .get, "/console", for: .anyone, HTTPAPI.consolePage, "The console: a page to watch and operate with.",
            .consolePage),
        Route(
            .get, "/console/files/{name}", for: .anyone, HTTPAPI.consoleFile, "The files that the page consists of.",
            .consoleFile),
        Route(
            .get, "/console/access", for: .anyone, HTTPAPI.consoleAccess, "What the client may do, and why not.",
            .consoleAccess),
        Route(
            .get, "/console/snapshot", for: .reader, HTTPAPI.consoleSnapshot,
            "Queues, workers, rates and newest events now.", .consoleSnapshot),
        Route(
            .get, "/console/stream", for: .reader, HTTPAPI.consoleStream,
            "The same each second, after ten minutes' past.", .consoleStream),
        Route(
            .get, "/dlq", for: .tokenHolder, HTTPAPI.deadLetters, "Dead letters that match the filters.", .deadLetters),
        Route(
            .get, "/dlq/groups", for: .tokenHolder, HTTPAPI.deadLetterGroups, "Dead letters counted by their cause.",
            .letterGroups),
        Route(
            .get, "/dlq/export", for: .tokenHolder, HTTPAPI.exportDeadLetters, "Whole dead letters, one per line.",
            .letterExport),
        Route(
            .get, "/dlq/watch", for: .tokenHolder, HTTPAPI.watchDeadLetters,
            "Whether there are too many or too old dead letters.", .letterWatch
        ),
        Route(.get, "/dlq/{id}", for: .tokenHolder, HTTPAPI.deadLetter, "One dead letter with its body.", .letter),
        Route(
            .post, "/dlq/replay", for: .tokenHolder, HTTPAPI.replay, "Sends dead letters back to their queues.", .replay
        ),
        Route(
            .post, "/dlq/replays", for: .tokenHolder, HTTPAPI.startReplay,
            "Begins a replay, which may take as long as it needs.", .startReplay),
        Route(
            .get, "/dlq/replays", for: .tokenHolder, HTTPAPI.replayList, "The last replays, and how far they are.",
            .replayList),
        Route(
            .get, "/dlq/replays/{id}", for: .tokenHolder, HTTPAPI.replayProgress, "How far a replay is.",
            .replayProgress),
        Route(
            .post, "/dlq/replays/{id}/stop", for: .tokenHolder, HTTPAPI.stopReplay, "Stops a replay.", .stopReplay),
        Route(
            .get, "/dlq/{id}/stores", for: .tokenHolder, HTTPAPI.storesOfDeadLetter,
            "Whether the stores have a letter's event now.", .letterStores),
        Route(
            .post, "/dlq/purge", for: .tokenHolder, HTTPAPI.purgeDeadLetters, "Removes dead letters for good.", .purge),
        Route(
            .post, "/dlq/{id}/edit-replay", for: .tokenHolder, HTTPAPI.editReplay,
            "Changes a letter and sends it back.", .editReplay
        ),
    ])
}
