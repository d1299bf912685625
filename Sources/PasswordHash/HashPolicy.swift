/// How stored hashes are read, and what may be spent on one.
package struct HashPolicy: Sendable, Hashable {
    /// The scheme of hashes that carry no mark, neither `{SCHEME}` nor a prefix of crypt(5).
    ///
    /// `nil`: such a hash is unusable.
    package var scheme: HashScheme?

    /// Whether weak schemes may match that are not `scheme`: DES and its kin, and clear text.
    ///
    /// Never makes clear text of a value without a mark: that takes `scheme`. Default: they may not.
    package var allowsWeak: Bool

    /// What one hash may ask for.
    package var limits: HashLimits

    package init(scheme: HashScheme? = nil, allowsWeak: Bool = false, limits: HashLimits = HashLimits()) {
        self.scheme = scheme
        self.allowsWeak = allowsWeak
        self.limits = limits
    }

    /// Whether passwords may be compared with hashes of `scheme`.
    ///
    /// Who configures `.crypt` asks for all that crypt(3) does.
    func admits(_ scheme: HashScheme) -> Bool {
        guard scheme.traits.isWeak, !allowsWeak, self.scheme != scheme else { return true }
        return self.scheme == .crypt && scheme.traits.crypt != nil
    }
}
