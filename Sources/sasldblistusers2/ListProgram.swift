import SASLDB

/// Lists the users in a sasldb2 file.
enum ListProgram {
    static let name = "sasldblistusers2"

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - print: writes to standard output; false when it cannot.
    ///   - complain: writes to standard error.
    /// - Returns: the exit code.
    static func run(_ arguments: [String], print: ([UInt8]) -> Bool, complain: (String) -> Void) -> Int32 {
        let settings: ListSettings
        do {
            settings = try ListSettings(arguments: arguments)
        } catch {
            switch error {
            case .asksForVersion:
                complain(ToolNotice.versions(of: name))
                return 0
            case .asksForCompletion(let script): return print(Array(script.utf8)) ? 0 : 1
            case .tooMuch: complain(ToolNotice.text(of: name) + usage)
            case .unknown(let reason):
                complain("\(name): \(reason)\n" + ToolNotice.text(of: name) + usage)
                complain("Unrecognized command line option\n")
            }
            return 1
        }
        SASLDBMemory.limit(forFileAt: settings.path)
        do {
            var reader = SASLDBReader(path: settings.path)
            let (keys, malformed) = try reader.keys()
            guard print(keys.flatMap { $0.line + [UInt8(ascii: "\n")] }) else {
                complain("listusers failed: cannot write to standard output\n")
                return 1
            }
            if malformed > 0 { complain("\(name): skipped \(malformed) keys that are not sasldb2 keys\n") }
            return 0
        } catch {
            complain("listusers failed: \(error)\n")
            return 1
        }
    }

    static let usage = """
        sasldblistusers2: usage: sasldblistusers2 [-v] [[-f] sasldb]
        \t-f sasldb\tuse given file as sasldb
        \t-v\tprint version numbers and exit

        """
}
