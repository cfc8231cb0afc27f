#pragma warning disable
namespace Convoy.Shared.Hosting; public sealed class JobRegion; public sealed class SchedulerProxy;
