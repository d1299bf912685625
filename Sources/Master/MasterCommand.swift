internal import ArgumentParser
internal import Options

/// The command line of saslauthd.
struct MasterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "saslauthd", helpNames: [])

    @Option(name: .customShort("a", allowingJoined: true)) var mechanisms: [String] = []
    @Option(name: .customShort("O", allowingJoined: true), parsing: .unconditionalSingleValue) var options: [String] =
        []
    @Option(name: .customShort("m", allowingJoined: true), parsing: .unconditionalSingleValue) var directories:
        [String] = []
    @OptionGroup var service: ServiceOptions

    @Flag(name: .customShort("d")) var isDebugging = false
    @Flag(name: .customShort("f")) var staysInForeground = false
    @Option(help: .init(valueName: "login")) var check: String?
    // `--check` without a login.
    @Flag(help: .hidden) var checkSettings = false
    @Option(help: .init(valueName: "service")) var checkService = "smtp"
    @Option var user: String?
    @Option(help: .init(valueName: "address:port or path")) var metrics: String?
    @Option(help: .init(valueName: "octal mode")) var socketMode = "0777"
    @Option var socketGroup: String?
    @Option var allowUser: [String] = []
    @Option var allowGroup: [String] = []
    @Option var mechanismDirectory: String?
    // Read before; what it names precedes the command line.
    @Option(parsing: .unconditionalSingleValue, help: .init(valueName: "file")) var settings: [String] = []

    @Flag(name: .customShort("h")) var asksForHelp = false
    @Flag(name: .customShort("v")) var asksForVersion = false

    // Of the original: there is no accept lock to leave out.
    @Flag(name: .customShort("l")) var leavesAcceptLock = false

    // The original ignores words that are no options.
    @Argument var ignored: [String] = []

    static let flagLetters = "dfhvl" + ServiceOptions.flagLetters
    static let optionLetters = "aOm" + ServiceOptions.optionLetters
}
