internal import Authentication

/// The settings of the daemon, checked as a whole before it opens anything.
///
/// Options that do not depend on others are read by their names in `OptionTable`.
@dynamicMemberLookup
package struct Settings: Sendable {
    /// The mechanisms, in the order in which they are asked; at least one.
    package let mechanisms: [MechanismSettings]
    /// The run directories, absolute, without trailing slashes or duplicates; each gets a socket.
    package let directories: [String]
    /// The frontend's options, with defaults that depend on other options filled in.
    package let service: ServiceOptions
    package let isForeground: Bool
    /// The directory of the programs that the master starts; `nil`: found relative to the master.
    package let mechanismDirectory: String?
    /// The settings file that was read, if any.
    package let file: SettingsFile?
    /// The given options, in order.
    let occurrences: [Occurrence]
    private let given: GivenValues

    package subscript<Value, Reader>(dynamicMember option: KeyPath<OptionTable, DaemonOption<Value, Reader>>) -> Value {
        OptionTable.all[keyPath: option].value(in: given)
    }

    /// The names of the mechanisms, in the order in which they are asked.
    package var mechanismNames: String { mechanisms.map { "\($0.route)" }.joined(separator: " ") }

    /// Takes options that were checked one by one, and checks their combination.
    init(_ occurrences: [Occurrence], _ file: SettingsFile?, _ folder: WorkingFolder) throws(UsageError) {
        let options = OptionTable.all
        let given = GivenValues(occurrences)
        (self.occurrences, self.given, self.file) = (occurrences, given, file)
        /// An error located at the last occurrence of an option.
        func fault(_ message: String, at row: OptionRow, showsUsage: Bool = false) -> UsageError {
            UsageError(message, showsUsage: showsUsage).at(occurrences.last { $0.row.name == row.name }?.source)
        }

        mechanisms = MechanismSettings.all(in: occurrences)
        guard !mechanisms.isEmpty else {
            throw UsageError("no authentication mechanism specified").at(file?.placeOfNoMechanism)
        }
        let words = options.directoryWords.value(in: given)
        directories = (words.isEmpty ? [OptionTable.defaultDirectory] : words).map(Self.withoutExtraSlashes)
            .reduce(into: []) { unique, path in if !unique.contains(path) { unique.append(path) } }
        isForeground = options.isDebugging.value(in: given) || options.staysInForeground.value(in: given)
        mechanismDirectory = try options.mechanismDirectoryWord.value(in: given).map { path throws(UsageError) in
            try folder.absolute(path, of: options.mechanismDirectoryWord.row.name)
        }

        try Self.checkDovecot(occurrences, directories, options.metrics.value(in: given))

        var service = ServiceOptions(given)
        guard service.caches || service.cacheGrace == 0 else {
            throw fault(
                "--cache-grace requires -c",
                at: options.cacheGrace.row,
                showsUsage: true
            )
        }
        if service.caches { try Self.checkCache(service, fault) }
        service.isVerbose = service.isVerbose || options.isDebugging.value(in: given)
        service.chosenTimeout = service.chosenTimeout ?? mechanisms.map(\.name.defaultTimeout).max()
        service.log = service.log ?? (isForeground ? .stderr : .journal)
        guard isForeground || service.log != .stderr else {
            throw fault("--log stderr requires -f or -d: a daemon has no standard error", at: options.log.row)
        }
        self.service = service
    }

    /// Throws if a path of `--dovecot` is that of another socket.
    private static func checkDovecot(
        _ occurrences: [Occurrence],
        _ directories: [String],
        _ metrics: MetricsAddress?
    ) throws(UsageError) {
        let row = OptionTable.all.dovecot.row
        var taken = Dictionary(directories.map { (withoutExtraSlashes("\($0)/mux"), "the socket of -m \($0)") }) { $1 }
        if case .socket(let path) = metrics { taken[withoutExtraSlashes(path)] = "the socket of --metrics" }
        for occurrence in occurrences where occurrence.row.name == row.name {
            guard let listener = occurrence.text.flatMap(DovecotListener.init(optionText:)) else { continue }
            guard let other = taken.updateValue("given twice", forKey: listener.path) else { continue }
            throw UsageError("\(row.name) \(listener.path): this path is \(other)", showsUsage: false)
                .at(occurrence.source)
        }
    }

    private static func checkCache(
        _ service: ServiceOptions,
        _ fault: (String, OptionRow, Bool) -> UsageError
    ) throws(UsageError) {
        // The limits are 10 GB and ten years.
        let (largestCache, longestLifetime) = (10_000_000, 315_360_000)
        let (size, lifetime) = (OptionTable.all.cacheSize.row, OptionTable.all.cacheLifetime.row)
        guard service.cacheSize > 0 else { throw fault("cache size must be positive and non zero", size, false) }
        guard service.cacheSize <= largestCache, service.cacheLifetime <= longestLifetime else {
            throw fault(
                "the cache is limited to \(largestCache) kilobytes (-s) and \(longestLifetime) seconds (-t)",
                service.cacheSize <= largestCache ? lifetime : size,
                false
            )
        }
        guard service.cacheLifetime > 0 else { throw fault("cache timeout must be positive", lifetime, false) }
    }

    /// The absolute path without duplicate or trailing slashes.
    private static func withoutExtraSlashes(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }
}
