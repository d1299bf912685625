internal import ArgumentParser

/// The command line of sasldblistusers2.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sasldblistusers2", helpNames: [])

    @Flag(name: .customShort("h")) var asksForHelp = false
    @Flag(name: .customShort("v")) var asksForVersion = false

    // The last one wins.
    @Option(name: .customShort("f", allowingJoined: true), parsing: .unconditionalSingleValue, completion: .file())
    var paths: [String] = []

    @Argument(completion: .file()) var words: [String] = []

    static let flagLetters = "hv"
    static let optionLetters = "f"
}
