internal import ArgumentParser
internal import Authentication
internal import Getopt
internal import Options

/// What saslauthd was asked to do, checked as a whole before anything is opened.
struct Settings: Sendable {
    /// The run directory where `-m` is not given.
    static let defaultDirectory = "/var/run/saslauthd"

    /// The mechanisms, in the order in which they are asked; one at the least.
    let mechanisms: [MechanismSettings]
    /// The run directories, absolute, without a slash at the end and each once; each gets a socket.
    let directories: [String]
    let service: ServiceOptions
    let isForeground: Bool
    /// The account of `--user`.
    let user: String?
    /// The folder with the programs that the master starts; `nil`: found from its own place.
    let mechanismDirectory: String?

    /// The permissions of the sockets, and the group that they are given to.
    let socketMode: UInt32
    let socketGroup: String?
    /// The accounts and groups that may ask; everyone where both are empty.
    let allowedUsers: [String]
    let allowedGroups: [String]
    /// Where monitors fetch figures, if anywhere.
    let metrics: MetricsAddress?
    /// The service of the request that `--check` makes.
    let checkedService: String
    /// The file of `--settings` that was read, if any.
    let file: SettingsFile?

    /// The names of the mechanisms, in the order in which they are asked.
    var mechanismNames: String { mechanisms.map { "\($0.route)" }.joined(separator: " ") }

    /// What a command line asks for.
    enum Request: Sendable {
        case serve(Settings)
        /// One login, or where there is none what the daemon would do, without a daemon.
        case check(login: String?, Settings)
        case help
        case version
    }

    /// A command line that cannot be followed.
    struct UsageError: Error, Hashable, Sendable {
        /// What is wrong and what would be right.
        let message: String
        /// Whether the usage is printed after it: it is where a word of the command line is not understood.
        let showsUsage: Bool

        init(_ message: String, showsUsage: Bool = true) {
            self.message = message
            self.showsUsage = showsUsage
        }
    }

    /// Reads a command line without the program's name, and the file that `--settings` names: its words stand before the others.
    ///
    /// What is named by a relative path is looked for in `folder`.
    static func request(
        _ arguments: [String],
        in folder: WorkingFolder = WorkingFolder(path: nil)
    ) throws(UsageError) -> Request {
        let arguments = SettingsFile.joined(arguments)
        let names = SettingsFile.names(in: arguments)
        guard let file = try SettingsFile.first(among: names, in: folder) else {
            do throws(UsageError) { return try request(arguments, from: nil, in: folder) } catch {
                guard !names.isEmpty else { throw error }
                throw UsageError(
                    "\(error.message) (there is no settings file: \(names.joined(separator: " ")))",
                    showsUsage: false
                )
            }
        }
        do throws(UsageError) { return try request(file.words + arguments, from: file, in: folder) } catch {
            throw file.locating(error) { words in
                do throws(UsageError) { _ = try request(words + arguments, from: nil, in: folder) } catch {
                    return error
                }
                return nil
            }
        }
    }

    private static func request(
        _ words: [String],
        from file: SettingsFile?,
        in folder: WorkingFolder
    ) throws(UsageError) -> Request {
        let words = normalized(words)
        let command = try parse(words)
        if command.asksForHelp { return .help }
        if command.asksForVersion { return .version }
        // First: an empty value, as of a variable that a script has not set, makes the next option one.
        for directory in command.directories where !directory.hasPrefix("/") {
            throw UsageError("-m requires an absolute pathname, not \(directory)", showsUsage: false)
        }
        let settings = try Settings(command, try MechanismSettings.all(in: words), file, folder)
        return command.check != nil || command.checkSettings ? .check(login: command.check, settings) : .serve(settings)
    }

    private init(
        _ command: MasterCommand,
        _ mechanisms: [MechanismSettings],
        _ file: SettingsFile?,
        _ folder: WorkingFolder
    ) throws(UsageError) {
        self.file = file
        self.mechanisms = mechanisms
        // 10 GB and ten years.
        let (largestCache, longestLifetime) = (10_000_000, 315_360_000)
        if command.service.caches {
            guard command.service.cacheSize > 0 else {
                throw UsageError("cache size must be positive and non zero", showsUsage: false)
            }
            guard command.service.cacheSize <= largestCache, command.service.cacheLifetime <= longestLifetime else {
                throw UsageError(
                    "the cache has \(largestCache) kilobytes (-s) and \(longestLifetime) seconds (-t) at the most",
                    showsUsage: false
                )
            }
            guard command.service.cacheLifetime > 0 else {
                throw UsageError("cache timeout must be positive", showsUsage: false)
            }
        }
        let given = command.directories.isEmpty ? [Self.defaultDirectory] : command.directories
        directories = given.map(Self.withoutExtraSlashes).reduce(into: []) { unique, path in
            if !unique.contains(path) { unique.append(path) }
        }
        var service = command.service
        service.isVerbose = service.isVerbose || command.isDebugging
        isForeground = command.isDebugging || command.staysInForeground
        service.chosenTimeout = service.chosenTimeout ?? mechanisms.map(\.name.defaultTimeout).max()
        service.log = service.log ?? (isForeground ? .stderr : .journal)
        self.service = service
        user = command.user
        guard let mode = UInt32(command.socketMode, radix: 8), mode <= 0o777 else {
            throw UsageError("--socket-mode \(command.socketMode) is no octal number from 0 to 0777", showsUsage: false)
        }
        socketMode = mode
        socketGroup = command.socketGroup
        allowedUsers = command.allowUser
        allowedGroups = command.allowGroup
        checkedService = command.checkService
        metrics = try command.metrics.map { text throws(UsageError) in
            guard let address = MetricsAddress(text) else {
                throw UsageError(
                    "--metrics \(text) is neither a numerical address with a port, like 127.0.0.1:9717 or [::1]:9717, nor the absolute path of a socket",
                    showsUsage: false
                )
            }
            return address
        }
        mechanismDirectory = try command.mechanismDirectory.map { path throws(UsageError) in
            try folder.absolute(path, of: "--mechanism-directory")
        }
        guard isForeground || service.log != .stderr else {
            throw UsageError("--log stderr goes with -f or -d: a daemon has no standard error", showsUsage: false)
        }
    }

    /// The words with clusters taken apart, and `--check` without a login by another name.
    private static func normalized(_ arguments: [String]) -> [String] {
        let words = Getopt.splitClusters(
            arguments,
            flags: MasterCommand.flagLetters,
            options: MasterCommand.optionLetters
        )
        return words.indices.map { place in
            let isLast = place + 1 == words.endIndex || words[place + 1].hasPrefix("-")
            return words[place] == "--check" && isLast ? "--check-settings" : words[place]
        }
    }

    private static func parse(_ words: [String]) throws(UsageError) -> MasterCommand {
        do {
            return try MasterCommand.parse(words)
        } catch {
            throw UsageError(MasterCommand.message(for: error))
        }
    }

    /// The path with one slash between names and none at the end.
    private static func withoutExtraSlashes(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }
}
