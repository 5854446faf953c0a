using System.Text;

namespace MetricsKit;

/// <summary>What is measured, as the variables <c>OTEL_RESOURCE_ATTRIBUTES</c> and <c>OTEL_SERVICE_NAME</c> of the OpenTelemetry specification say.</summary>
static class OtelResourceVariables
{
    const string All = "OTEL_RESOURCE_ATTRIBUTES", ServiceName = "OTEL_SERVICE_NAME";

    /// <summary>The attributes, of which the last of one key counts. A list with any error in it is discarded as a whole, as the specification has it.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Read(OtelVariables from)
    {
        List<KeyValuePair<string, string>> attributes = [];
        if (from.Text(All) is { } text)
        {
            var members = OtelList.Read(text).ToArray();
            if (Encoding.UTF8.GetByteCount(text) > ResourceOptions.MaxBytes) from.Warn($"{All} has more than {ResourceOptions.MaxBytes:N0} bytes and is ignored: shorten it.");
            else if (members.Any(static m => m is null or { Key.Length: > ResourceOptions.MaxKey })) from.Warn($"{All} is not a list like key1=value1,key2=value2 with percent-encoded values, and is ignored as a whole: correct it.");
            else attributes.AddRange(members.Select(static m => m!.Value));
        }
        if (from.Text(ServiceName) is { } name) attributes.Add(new(ResourceAttributes.ServiceName, name)); // it wins over the list
        return attributes;
    }
}
