internal import Platform

/// The directory in which the program was started; relative paths on the command line start there, also at a reload.
package struct WorkingFolder: Sendable {
    /// An absolute path; `nil` if it is unknown.
    let path: String?

    package init(path: String?) { self.path = path }

    /// The current directory of this process; a daemon changes it later.
    package static var current: WorkingFolder { WorkingFolder(path: try? Directory.current) }

    /// The absolute form of `path`, the value of `option`.
    func absolute(_ path: String, of option: String) throws(UsageError) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = self.path else {
            throw UsageError(
                "\(option) \(path): use an absolute path; the current directory is unknown",
                showsUsage: false
            )
        }
        return folder == "/" ? "/\(path)" : "\(folder)/\(path)"
    }
}

/// The command line of the program, which is parsed at the start and at each reload.
package struct Invocation: Sendable {
    /// The words without the program's name.
    let words: [String]
    let folder: WorkingFolder

    package init(words: [String], folder: WorkingFolder) {
        self.words = words
        self.folder = folder
    }

    /// Parses the words and the settings file that they name.
    package func request() throws(UsageError) -> Settings.Request {
        try Settings.request(words, in: folder)
    }
}
