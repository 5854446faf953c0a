using Microsoft.AspNetCore.Http;

namespace MetricsKit;

/// <summary>What is known of a request when it enters.</summary>
/// <param name="Method">As it is recorded.</param>
/// <param name="Active">The series it is active on, to be decremented whatever happens in between.</param>
/// <param name="Started">The timestamp of its entry.</param>
/// <param name="Endpoint">The endpoint on entry; null when routing has not run or has not matched.</param>
/// <param name="Witness">Sees the endpoint that is chosen later; null when there was one on entry.</param>
readonly record struct RequestMeasurement(string Method, UpDownCounterSeries Active, long Started, Endpoint? Endpoint, RouteWitness? Witness)
{
    internal RouteLabel Route => RouteLabel.Of(Endpoint ?? Witness?.First);
}
