/// How stored hashes are read, and how costly one may be.
package struct HashPolicy: Sendable, Hashable {
    /// The scheme of hashes without a mark, which is `{SCHEME}` or a prefix of crypt(5).
    ///
    /// `nil`: such a hash is unusable.
    package var scheme: HashScheme?

    /// Whether weak schemes other than `scheme` may match: DES and similar, and clear text.
    ///
    /// A value without a mark is taken as clear text only when `scheme` says so. Default: no.
    package var allowsWeak: Bool

    /// The limits on the cost of one hash.
    package var limits: HashLimits

    package init(scheme: HashScheme? = nil, allowsWeak: Bool = false, limits: HashLimits = HashLimits()) {
        self.scheme = scheme
        self.allowsWeak = allowsWeak
        self.limits = limits
    }

    /// Whether hashes of `scheme` may be used.
    ///
    /// The configured scheme `.crypt` admits all crypt(3) schemes.
    func admits(_ scheme: HashScheme) -> Bool {
        guard scheme.traits.isWeak, !allowsWeak, self.scheme != scheme else { return true }
        return self.scheme == .crypt && scheme.traits.crypt != nil
    }
}
