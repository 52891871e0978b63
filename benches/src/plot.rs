//! Lines over depth on a logarithmic scale, as SVG: as much of it as these plots need.

use std::fmt::Write as _;

/// One plot.
pub struct Plot<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    /// What the vertical axis counts.
    pub unit: &'a str,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub name: String,
    /// Ours are drawn thick and filled, peers thin and hollow.
    pub ours: bool,
    /// Depth and value, above 0.
    pub points: Vec<(f64, f64)>,
}

impl Plot<'_> {
    pub fn to_svg(&self) -> String {
        let values = || self.lines.iter().flat_map(|line| &line.points).map(|point| point.1);
        let low = values().fold(f64::INFINITY, f64::min).log10();
        let high = values().fold(0.0, f64::max).log10();
        let margin = (high - low) * 0.04;
        let scale = Scale { low: low - margin, high: high + margin };
        let mut svg = String::new();
        let _ = write!(
            svg,
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12">
<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>
<text x="{LEFT}" y="30" font-size="17" font-weight="600" fill="#1b1f24">{}</text>
<text x="{LEFT}" y="50" fill="#57606a">{}</text>
"##,
            escaped(self.title),
            escaped(self.subtitle)
        );
        self.grid(&mut svg, &scale);
        // Peers first, so that ours lie above them.
        let ordered = || self.lines.iter().enumerate();
        for (nth, line) in ordered().filter(|(_, line)| !line.ours).chain(ordered().filter(|(_, line)| line.ours)) {
            draw(&mut svg, line, &self.style(nth), &scale);
        }
        self.legend(&mut svg, &scale);
        svg.push_str("</svg>\n");
        svg
    }

    fn grid(&self, svg: &mut String, scale: &Scale) {
        let mut decade = scale.low.floor() as i32;
        while f64::from(decade) <= scale.high {
            for step in 1..10 {
                let value = f64::from(step) * 10f64.powi(decade);
                if !(scale.low..=scale.high).contains(&value.log10()) {
                    continue;
                }
                let (y, color) = (scale.y(value), if step == 1 { "#c8ccd1" } else { "#f0f1f3" });
                let _ = writeln!(svg, r##"<path d="M{LEFT} {y:.1}H{RIGHT}" stroke="{color}"/>"##);
                if matches!(step, 1 | 2 | 5) {
                    let (size, fill) = if step == 1 { (12, "#1b1f24") } else { (10, "#8b949e") };
                    let at = y + 4.0;
                    let _ = writeln!(
                        svg,
                        r##"<text x="{}" y="{at:.1}" text-anchor="end" font-size="{size}" fill="{fill}">{}</text>"##,
                        LEFT - 8.0,
                        grouped(value)
                    );
                }
            }
            decade += 1;
        }
        for depth in DEPTHS {
            let x = x(depth);
            let _ = writeln!(svg, r##"<path d="M{x:.1} {BOTTOM}v6" stroke="#57606a"/>"##);
            let y = BOTTOM + 20.0;
            let _ = writeln!(svg, r##"<text x="{x:.1}" y="{y}" text-anchor="middle" fill="#1b1f24">{depth}</text>"##);
        }
        let (middle, below) = (f64::midpoint(LEFT, RIGHT), BOTTOM + 40.0);
        let height = f64::midpoint(TOP, BOTTOM);
        let _ = write!(
            svg,
            r##"<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}" fill="none" stroke="#57606a"/>
<text x="{middle}" y="{below}" text-anchor="middle" fill="#57606a">hops</text>
<text transform="translate(20 {height}) rotate(-90)" text-anchor="middle" fill="#57606a">{}</text>
"##,
            escaped(self.unit)
        );
    }

    /// Names beside where their lines end, moved apart.
    fn legend(&self, svg: &mut String, scale: &Scale) {
        let mut ends: Vec<(f64, usize)> = Vec::new();
        for (nth, line) in self.lines.iter().enumerate() {
            if let Some((_, value)) = line.points.last() {
                ends.push((scale.y(*value), nth));
            }
        }
        ends.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut places: Vec<f64> = ends.iter().map(|end| end.0).collect();
        for nth in 1..places.len() {
            places[nth] = places[nth].max(places[nth - 1] + ROW);
        }
        let mut limit = BOTTOM + 10.0;
        for place in places.iter_mut().rev() {
            *place = place.min(limit);
            limit = *place - ROW;
        }
        for ((end, nth), place) in ends.into_iter().zip(places) {
            let (line, Style { color, dash, .. }) = (&self.lines[nth], self.style(nth));
            let value = line.points.last().map_or(0.0, |point| point.1);
            let (from, to) = (RIGHT + 6.0, RIGHT + 22.0);
            let weight = if line.ours { 600 } else { 400 };
            let _ = write!(
                svg,
                r##"<path d="M{from} {end:.1}L{to} {place:.1}h16" fill="none" stroke="{color}" stroke-width="1.5" stroke-dasharray="{dash}"/>
<text x="{}" y="{:.1}" font-size="11" font-weight="{weight}" fill="{color}">{} <tspan fill="#57606a" font-weight="400">{}</tspan></text>
"##,
                to + 21.0,
                place + 4.0,
                escaped(&line.name),
                grouped(value)
            );
        }
    }

    fn style(&self, nth: usize) -> Style {
        let ours = self.lines[nth].ours;
        let before = self.lines[..nth].iter().filter(|line| line.ours == ours).count();
        if ours {
            Style { color: OURS[before % OURS.len()], dash: "none", width: 2.6 }
        } else {
            Style { color: PEERS[before % PEERS.len()], dash: "5 3", width: 1.6 }
        }
    }
}

struct Style {
    color: &'static str,
    dash: &'static str,
    width: f64,
}

/// Logarithms of the ends.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn y(&self, value: f64) -> f64 {
        BOTTOM - (value.log10() - self.low) / (self.high - self.low) * (BOTTOM - TOP)
    }
}

fn draw(svg: &mut String, line: &Line, style: &Style, scale: &Scale) {
    let Style { color, dash, width } = style;
    let points: Vec<(f64, f64)> = line.points.iter().map(|(depth, value)| (x(*depth), scale.y(*value))).collect();
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let path = path.join(" ");
    let _ = writeln!(
        svg,
        r##"<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}" stroke-dasharray="{dash}" stroke-linejoin="round"/>"##
    );
    let fill = if line.ours { color } else { "#ffffff" };
    for (x, y) in points {
        let _ = writeln!(
            svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="3.6" fill="{fill}" stroke="{color}" stroke-width="1.5"/>"##
        );
    }
}

fn x(depth: f64) -> f64 {
    LEFT + (depth - 0.5) / 16.0 * (RIGHT - LEFT)
}

/// At most three digits that count, thousands apart.
fn grouped(value: f64) -> String {
    match value {
        ..1.0 => format!("{value:.2}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        ..10.0 => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        ..1000.0 => format!("{value:.0}"),
        _ => {
            let whole = value.round() as u64;
            format!("{},{:03}", whole / 1000, whole % 1000)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 560.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 72.0;
const BOTTOM: f64 = 500.0;
const ROW: f64 = 15.5;
const DEPTHS: [f64; 5] = [1.0, 3.0, 8.0, 12.0, 16.0];

/// Apart in lightness too, for those who see colors otherwise.
const OURS: [&str; 8] = ["#0a3069", "#0969da", "#54aeff", "#116329", "#2da44e", "#0e7a6e", "#4c2889", "#8250df"];
const PEERS: [&str; 9] =
    ["#953800", "#bc4c00", "#d4a72c", "#a40e26", "#cf222e", "#6e7781", "#9a6700", "#bf3989", "#424a53"];
