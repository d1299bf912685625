internal import Platform

/// Where the program was started: there relative paths of the command line are looked for, at a reload as well.
package struct WorkingFolder: Sendable {
    /// An absolute path; `nil` where it cannot be told.
    let path: String?

    package init(path: String?) { self.path = path }

    /// That of this process now; a daemon goes elsewhere later.
    package static var current: WorkingFolder { WorkingFolder(path: try? Directory.current) }

    /// The absolute form of `path`, which was given with `option`.
    func absolute(_ path: String, of option: String) throws(UsageError) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = self.path else {
            throw UsageError(
                "\(option) \(path) is relative to a folder that cannot be told; name an absolute path",
                showsUsage: false
            )
        }
        return folder == "/" ? "/\(path)" : "\(folder)/\(path)"
    }
}

/// What the program was called with, to be read now and at a reload.
package struct Invocation: Sendable {
    /// The words without the program's name.
    let words: [String]
    let folder: WorkingFolder

    package init(words: [String], folder: WorkingFolder) {
        self.words = words
        self.folder = folder
    }

    /// Reads the words, and the file that they name.
    package func request() throws(UsageError) -> Settings.Request {
        try Settings.request(words, in: folder)
    }
}
