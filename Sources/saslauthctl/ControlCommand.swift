import ArgumentParser
import ProcessProtocol

/// The command line of saslauthctl.
struct ControlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saslauthctl",
        abstract: "Show the state of a running saslauthd, and control it.",
        discussion:
            "See saslauthctl(8). Exit code 0: done; 1: saslauthd rejected it; 2: no saslauthd answers; 64: usage.",
        subcommands: [Status.self, Top.self, Flush.self, Reload.self, Workers.self],
        defaultSubcommand: Status.self
    )

    /// The options of all commands.
    struct Target: ParsableArguments {
        @Option(
            name: .customShort("m"),
            help: .init("The run directory of saslauthd; with several, the first one.", valueName: "directory"),
            completion: .directory
        )
        var directory = "/var/run/saslauthd"

        /// The path of the control socket.
        var socket: String { "\(directory)/\(ControlRequest.socketName)" }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the state of saslauthd.")

        @OptionGroup var target: Target
        @Flag(help: "One object of JSON.") var json = false
        @Flag(help: "The text format of Prometheus.") var prometheus = false

        func validate() throws {
            guard !json || !prometheus else { throw ValidationError("--json and --prometheus exclude each other") }
        }

        func run() throws {
            try ControlCall(.status(json ? .json : prometheus ? .prometheus : .page), target).ask()
        }
    }

    struct Top: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show rates, latencies and workers, refreshed each second; q quits."
        )

        @OptionGroup var target: Target
        @Option(
            name: [.customShort("n"), .long],
            help: .init("Exit after this many views.", valueName: "number")
        )
        var count: Int?
        @Option(help: .init("The time between two views.", valueName: "seconds"))
        var interval = 1

        func validate() throws {
            guard count ?? 1 > 0 else { throw ValidationError("--count must be at least 1") }
            guard (1...3600).contains(interval) else { throw ValidationError("--interval must be 1 to 3600 seconds") }
        }

        func run() throws {
            try TopProgram(socket: target.socket, interval: interval, count: count).run()
        }
    }

    struct Flush: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Empty the cache.")

        @OptionGroup var target: Target
        @Argument(help: "Remove the entries of this login only: user@realm.") var login: String?

        func run() throws {
            try ControlCall(.flush(login: login), target).ask()
        }

        func validate() throws {
            guard login?.contains(where: \.isWhitespace) != true else {
                throw ValidationError("the login contains a blank; flush the whole cache instead")
            }
            guard login?.isEmpty != true else {
                throw ValidationError("the login is empty; omit it to flush the whole cache")
            }
        }
    }

    struct Reload: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reload options and files; on an error, report it and keep the current settings."
        )

        @OptionGroup var target: Target

        func run() throws {
            try ControlCall(.reload, target).ask()
        }
    }

    struct Workers: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Manage the workers.",
            subcommands: [Restart.self]
        )

        struct Restart: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Replace all workers, each after its requests in flight."
            )

            @OptionGroup var target: Target

            func run() throws {
                try ControlCall(.restartWorkers, target).ask()
            }
        }
    }
}
