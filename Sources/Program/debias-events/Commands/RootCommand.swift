import App
import Arguments

struct RootCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "debias-events", abstract: "The event pipeline of an e-commerce recommender.",
        discussion: "Takes events of users (view, cart, purchase) over HTTP, makes them durable, and writes each "
            + "of them once in effect into a graph and into user profiles.",
        examples: ["debias-events serve", "debias-events import events.csv", "debias-events stats"],
        version: "debias-events \(Version.current)",
        subcommands: [
            ServeCommand.self, WorkerCommand.self, ImportCommand.self, StatsCommand.self, TopCommand.self,
            HealthCommand.self,
            DoctorCommand.self,
            TopologyCommand.self, DLQCommand.self, GraphCommand.self, CatalogueCommand.self, ProfileCommand.self,
            UserCommand.self, RecommendCommand.self, EvaluateCommand.self, LoadTestCommand.self,
            VerifyCommand.self, PruneCommand.self, BackupCommand.self, RestoreCommand.self, ReferenceCommand.self,
            ManualCommand.self,
        ])
}
