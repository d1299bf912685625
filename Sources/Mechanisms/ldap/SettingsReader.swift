internal import Authentication

/// Looks settings up by their names and reads their values; collects what is wrong with them.
struct SettingsReader {
    private let settings: [SettingName: Setting]
    private(set) var faults: [SettingsFault]
    private(set) var warnings: [String]

    /// Of several with one name the last counts.
    init(_ settings: [Setting], faults: [SettingsFault] = [], warnings: [String] = []) {
        self.settings = Dictionary(settings.map { ($0.name, $0) }) { $1 }
        self.faults = faults
        self.warnings = warnings
    }

    /// The faults in the order of the lines, those without a line last.
    var sortedFaults: [SettingsFault] {
        faults.enumerated().sorted { left, right in
            let (one, other) = (left.element.place?.line ?? .max, right.element.place?.line ?? .max)
            return (one, left.offset) < (other, right.offset)
        }.map(\.element)
    }

    subscript(_ name: SettingName) -> Setting? { settings[name] }

    func text(_ name: SettingName) -> String? { settings[name]?.text }

    /// Takes a fault up, once.
    mutating func add(_ fault: SettingsFault) {
        if !faults.contains(fault) { faults.append(fault) }
    }

    /// Takes a warning up, once.
    mutating func warn(_ setting: Setting, _ text: String) {
        let warning = "\(setting.prefix): \(text)"
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    /// A number of a range that begins at 0; what Cyrus saslauthd takes for 0 is a fault.
    mutating func number(_ name: SettingName, upTo limit: Int, unit: String = "") -> Int? {
        guard let setting = settings[name] else { return nil }
        let isDecimal = setting.value.bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDecimal, let number = Int(setting.text), number <= limit else {
            add(SettingsFault(setting, isNot: "a number\(unit) from 0 to \(limit)"))
            return nil
        }
        return number
    }

    mutating func isOn(_ name: SettingName, default value: Bool) -> Bool {
        guard let setting = settings[name] else { return value }
        guard let isOn = SwitchWord.read(setting.text) else {
            add(SettingsFault(setting, isNot: "yes or no"))
            return value
        }
        if isOn, !SwitchWord.isOnInCyrus(setting.text) {
            warn(setting, "Cyrus saslauthd reads \(setting.shown) as no; here it is yes")
        }
        return isOn
    }

    /// One of a few words, in any case.
    mutating func word<Word>(_ name: SettingName, default value: Word) -> Word
    where Word: RawRepresentable<String> & CaseIterable {
        guard let setting = settings[name] else { return value }
        guard let word = Word(rawValue: setting.text.lowercased()) else {
            let words = Word.allCases.map(\.rawValue)
            let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
            add(SettingsFault(setting, isNot: list))
            return value
        }
        return word
    }

    /// How certificates are checked; only where TLS is used it matters.
    mutating func peerCheck(usesTLS: Bool) -> PeerCheck {
        guard let setting = settings[.checkPeer] else { return .systemDefault }
        guard let check = PeerCheck(setting.text) else {
            add(SettingsFault(setting, isNot: "yes, no, never, allow, try, demand or hard"))
            return .demand
        }
        let isOnInCyrus = SwitchWord.isOnInCyrus(setting.text)
        if check.isVerified, !isOnInCyrus {
            warn(
                setting,
                "Cyrus saslauthd reads \(setting.shown) as no; here it is yes: servers without a valid certificate are not used"
            )
        }
        if usesTLS, !check.isVerified {
            warn(
                setting,
                "certificates are not checked: an attacker in the network can read all passwords"
            )
        }
        return check
    }
}
