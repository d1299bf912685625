internal import ArgumentParser

/// The command line of saslpasswd2.
struct PasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "saslpasswd2", helpNames: [])

    @Flag(name: .customShort("c")) var creates = false
    @Flag(name: .customShort("d")) var deletes = false
    @Flag(name: .customShort("h")) var asksForHelp = false
    @Flag(name: .customShort("n")) var leavesPassword = false
    @Flag(name: .customShort("p")) var isPipe = false
    @Flag(name: .customShort("v")) var asksForVersion = false

    // The last one wins.
    @Option(name: .customShort("a", allowingJoined: true), parsing: .unconditionalSingleValue)
    var applications: [String] = []
    @Option(name: .customShort("f", allowingJoined: true), parsing: .unconditionalSingleValue, completion: .file())
    var paths: [String] = []
    @Option(name: .customShort("u", allowingJoined: true), parsing: .unconditionalSingleValue)
    var realms: [String] = []

    @Argument var userids: [String] = []

    static let flagLetters = "cdhnpv"
    static let optionLetters = "afu"
}
