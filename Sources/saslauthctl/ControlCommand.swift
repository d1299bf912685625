import ArgumentParser
import ProcessProtocol

/// The command line of saslauthctl.
struct ControlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saslauthctl",
        abstract: "Ask a running saslauthd what it does, and have it do something.",
        discussion: "See saslauthctl(8). Exit code 0: done; 1: saslauthd did not; 2: nobody answers; 64: usage.",
        subcommands: [Status.self, Top.self, Flush.self, Reload.self, Workers.self],
        defaultSubcommand: Status.self
    )

    /// What all commands need to know.
    struct Target: ParsableArguments {
        @Option(
            name: .customShort("m"),
            help: .init("The run directory of the saslauthd, its first -m.", valueName: "directory"),
            completion: .directory
        )
        var directory = "/var/run/saslauthd"

        /// The path of the control socket.
        var socket: String { "\(directory)/\(ControlRequest.socketName)" }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what saslauthd is doing.")

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
            abstract: "Show the rates of logins, times and workers, anew each second, until q is typed."
        )

        @OptionGroup var target: Target
        @Option(
            name: [.customShort("n"), .long],
            help: .init("End after so many views.", valueName: "number")
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
        @Argument(help: "Drop what is cached for this one only: user@realm.") var login: String?

        func run() throws {
            try ControlCall(.flush(login: login), target).ask()
        }

        func validate() throws {
            guard login?.contains(where: \.isWhitespace) != true else {
                throw ValidationError("a login with blanks cannot be named; flush all of the cache instead")
            }
            guard login?.isEmpty != true else {
                throw ValidationError("the login is empty; leave it out to flush all of the cache")
            }
        }
    }

    struct Reload: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have options and files read again; wrong ones are told, and all stays as it was."
        )

        @OptionGroup var target: Target

        func run() throws {
            try ControlCall(.reload, target).ask()
        }
    }

    struct Workers: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Manage the mechanisms' processes.",
            subcommands: [Restart.self]
        )

        struct Restart: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Replace all of them, each when it has answered what it has in hand."
            )

            @OptionGroup var target: Target

            func run() throws {
                try ControlCall(.restartWorkers, target).ask()
            }
        }
    }
}
