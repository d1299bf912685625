/// The version of this package.
package enum Product {
    package static let version = "1.0.0"
}
