namespace MetricsKit;

/// <summary>
/// Knows by name the interfaces whose bytes another interface of the machine counts as well, or that never leave it:
/// adding them up would count one packet twice or more.
/// </summary>
/// <remarks>
/// Names, because they need no second tree of files and mean the same inside a container, where even <c>eth0</c> is virtual.
/// <c>tap</c> is missing on purpose: it is the only interface that a rootless container has.
/// </remarks>
static class VirtualInterfaces
{
    // The ends of containers and virtual machines, the bridges between them, tunnels whose packets travel inside others,
    // and the master of bonded links, whose members are counted.
    static readonly string[] _prefixes =
    [
        "veth", "docker", "br-", "virbr", "vnet", "cni", "flannel", "cali", "cilium", "lxc", "lxd", "podman", "kube-",
        "vxlan", "geneve", "ifb", "dummy", "bond", "team", "tun", "wg", "tailscale", "sit", "gre", "ip6tnl",
    ];

    public static bool Contains(ReadOnlySpan<char> name)
    {
        // "eth0.100" is a virtual network on eth0; "br0" a bridge, unlike a vendor's name that merely begins with br.
        if (name is "lo" || name.Contains('.') || (name.StartsWith("br") && !name[2..].ContainsAnyExceptInRange('0', '9')))
            return true;

        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
