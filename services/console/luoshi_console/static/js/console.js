import "./stale.js";
import "./forms.js";
