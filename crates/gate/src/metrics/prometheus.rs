//! The counters in the Prometheus text format (OpenMetrics 1.0), with names that start with `throughline_`.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::gate::Gate;
use crate::metrics::Histogram;

impl Gate {
    /// Adds what this gate counts to a registry of the service's own.
    pub fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(Counted(self.clone())));
    }

    /// All that this gate counts, as text.
    ///
    /// # Errors
    /// None: text has room for everything.
    pub fn metrics_text(&self) -> Result<String, fmt::Error> {
        let mut registry = Registry::default();
        self.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

#[derive(Debug)]
struct Counted(Gate);

impl Collector for Counted {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (gate, metrics, status) = (&self.0, self.0.metrics(), self.0.status());
        let mut verdicts = counter(
            &mut encoder,
            "throughline_decisions",
            "Calls by verdict; what was not admitted, by reason and step",
        )?;
        let labels = [("verdict", "admitted"), ("reason", ""), ("step", ""), ("name", "")];
        ConstCounter::new(metrics.admitted()).encode(verdicts.encode_family(&labels)?)?;
        let labels = [("verdict", "passed"), ("reason", ""), ("step", ""), ("name", "")];
        ConstCounter::new(metrics.passed()).encode(verdicts.encode_family(&labels)?)?;
        for one in metrics.refused() {
            let step = one.step.map(|step| format!("V{step}")).unwrap_or_default();
            let labels = [("verdict", "refused"), ("reason", one.reason), ("step", &step), ("name", one.name)];
            ConstCounter::new(one.count).encode(verdicts.encode_family(&labels)?)?;
        }
        histogram(&mut encoder, "throughline_depth", "Hops of admitted chains", metrics.depth(), 1.0)?;
        let seconds = "throughline_decision_seconds";
        histogram(&mut encoder, seconds, "How long decisions took, records included", metrics.latency(), 1e6)?;
        let (known, checked) = metrics.signatures();
        let mut signatures =
            counter(&mut encoder, "throughline_signatures", "Signatures that were remembered or checked")?;
        ConstCounter::new(known).encode(signatures.encode_family(&[("found", "remembered")])?)?;
        ConstCounter::new(checked).encode(signatures.encode_family(&[("found", "checked")])?)?;
        let (failed, lost) = metrics.records();
        plain(&mut encoder, "throughline_record_failures", "Times the sink did not take a record", failed)?;
        plain(&mut encoder, "throughline_records_lost", "Decisions that stand in no record", lost)?;
        plain(&mut encoder, "throughline_trust_swaps", "Exchanges of trust or known credentials", metrics.swaps())?;
        gauge(
            &mut encoder,
            "throughline_trust_usable",
            "0 while everything is refused for want of trust",
            u64::from(gate.suspended().is_none()),
        )?;
        gauge(&mut encoder, "throughline_sessions", "MAC sessions that are open", len(gate.sessions().len()))?;
        gauge(
            &mut encoder,
            "throughline_reload_problems",
            "Files that were not good at the last look",
            len(status.problems.len()),
        )?;
        gauge(
            &mut encoder,
            "throughline_reload_polled_timestamp_seconds",
            "When the files were looked at last",
            status.polled.0,
        )
    }
}

fn counter<'e>(
    encoder: &'e mut DescriptorEncoder<'_>,
    name: &'e str,
    help: &str,
) -> Result<MetricEncoder<'e>, fmt::Error> {
    encoder.encode_descriptor(name, help, None, MetricType::Counter)
}

fn plain(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, count: u64) -> fmt::Result {
    ConstCounter::new(count).encode(counter(encoder, name, help)?)
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let value = i64::try_from(value).unwrap_or(i64::MAX);
    ConstGauge::new(value).encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
}

/// `unit` is how much of what was counted makes one of the metric's unit.
fn histogram(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, of: &Histogram, unit: f64) -> fmt::Result {
    let taken = of.buckets();
    let bound = |bound: u64| if bound == u64::MAX { f64::INFINITY } else { float(bound) / unit };
    let buckets: Vec<(f64, u64)> = taken.buckets.iter().map(|(upper, count)| (bound(*upper), *count)).collect();
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
    metric.encode_histogram::<NoLabelSet>(float(taken.sum) / unit, taken.count, &buckets, None)
}

#[expect(clippy::as_conversions, reason = "a float is what the format has; beyond 2⁵³ it is rounded")]
const fn float(value: u64) -> f64 {
    value as f64
}

fn len(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
