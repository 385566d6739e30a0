import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openstreetmap.josm.data.APIDataSet;
import org.openstreetmap.josm.data.Bounds;
import org.openstreetmap.josm.data.coor.LatLon;
import org.openstreetmap.josm.data.osm.Changeset;
import org.openstreetmap.josm.data.osm.DataSet;
import org.openstreetmap.josm.data.osm.Node;
import org.openstreetmap.josm.data.osm.OsmPrimitive;
import org.openstreetmap.josm.data.osm.OsmPrimitiveType;
import org.openstreetmap.josm.data.osm.Way;
import org.openstreetmap.josm.data.preferences.JosmBaseDirectories;
import org.openstreetmap.josm.data.preferences.JosmUrls;
import org.openstreetmap.josm.data.projection.ProjectionRegistry;
import org.openstreetmap.josm.data.projection.Projections;
import org.openstreetmap.josm.gui.io.AbstractUploadTask;
import org.openstreetmap.josm.gui.progress.NullProgressMonitor;
import org.openstreetmap.josm.gui.progress.ProgressMonitor;
import org.openstreetmap.josm.io.BoundingBoxDownloader;
import org.openstreetmap.josm.io.ChangesetClosedException;
import org.openstreetmap.josm.io.OsmApi;
import org.openstreetmap.josm.io.OsmApiException;
import org.openstreetmap.josm.io.OsmApiPrimitiveGoneException;
import org.openstreetmap.josm.io.OsmServerWriter;
import org.openstreetmap.josm.io.UploadStrategy;
import org.openstreetmap.josm.io.UploadStrategySpecification;
import org.openstreetmap.josm.spi.preferences.Config;
import org.openstreetmap.josm.spi.preferences.MemoryPreferences;
import org.openstreetmap.josm.tools.Http1Client;
import org.openstreetmap.josm.tools.HttpClient;
import org.openstreetmap.josm.tools.Pair;

/** A session of JOSM without its windows: java -cp josm.jar Session.java API_URL TOKEN. Prints what JOSM understood. */
public class Session {
    static final ProgressMonitor QUIET = NullProgressMonitor.INSTANCE;

    /** JOSM's connection. Releases before 2023 know no OAuth 2, so the token is put in here. */
    static class Api extends OsmApi {
        final String token;

        Api(String url, String token) {
            super(url);
            this.token = token;
            cacheInstance(this);
        }

        @Override
        protected void addAuth(HttpClient client) {
            client.setHeader("Authorization", "Bearer " + token);
        }
    }

    /** JOSM's own reading of a refusal; where it would open a window, this prints a line. */
    static class Reader extends AbstractUploadTask {
        Reader() {
            super("", QUIET, false);
        }

        void read(Exception error) {
            handleFailedUpload(error);
        }

        @Override
        protected void handleUploadConflictForKnownConflict(
                OsmPrimitiveType type, long id, String serverVersion, String myVersion) {
            say("conflict: " + type.getAPIName() + " " + id + ", server " + serverVersion + ", mine " + myVersion);
        }

        @Override
        protected void handleUploadConflictForUnknownConflict() {
            say("conflict: unknown");
        }

        @Override
        protected void handleUploadPreconditionFailedConflict(
                OsmApiException error, Pair<OsmPrimitive, Collection<OsmPrimitive>> conflict) {
            List<String> names = new ArrayList<>();
            for (OsmPrimitive each : conflict.b) {
                names.add(name(each));
            }
            say("precondition: " + name(conflict.a) + ", " + String.join(" ", names));
        }

        @Override
        protected void handleGone(OsmApiPrimitiveGoneException error) {
            say("gone: " + error.getPrimitiveType().getAPIName() + " " + error.getPrimitiveId());
        }

        @Override
        protected void realRun() { }

        @Override
        protected void finish() { }

        @Override
        protected void cancel() { }
    }

    /** JOSM logs to the same place. */
    static void say(String line) {
        System.out.println("> " + line);
    }

    static String name(OsmPrimitive each) {
        return each.getType().getAPIName() + " " + each.getUniqueId();
    }

    static DataSet download() throws Exception {
        return new BoundingBoxDownloader(new Bounds(47.05, 9.45, 47.25, 9.65)).parseOsm(QUIET);
    }

    static void upload(DataSet data, Changeset changeset) throws Exception {
        APIDataSet changes = new APIDataSet(data);
        changes.adjustRelationUploadOrder();
        UploadStrategySpecification strategy =
                new UploadStrategySpecification().setStrategy(UploadStrategy.SINGLE_REQUEST_STRATEGY);
        new OsmServerWriter().uploadOsm(strategy, changes.getPrimitives(), changeset, QUIET);
    }

    static void refused(DataSet data, Changeset changeset) {
        try {
            upload(data, changeset);
            say("accepted");
        } catch (ChangesetClosedException error) {
            say("closed: changeset " + error.getChangesetId() + " at " + error.getClosedOn());
        } catch (Exception error) {
            new Reader().read(error);
        }
    }

    static DataSet deleting(OsmPrimitive element) {
        DataSet data = new DataSet();
        data.addPrimitive(element);
        element.setDeleted(true);
        return data;
    }

    static Node node(long id, int version) {
        Node node = new Node(id, version);
        node.setCoor(new LatLon(47.1, 9.5));
        return node;
    }

    public static void main(String[] arguments) throws Exception {
        Config.setPreferencesInstance(new MemoryPreferences());
        Config.setBaseDirectoriesProvider(JosmBaseDirectories.getInstance());
        Config.setUrlsProvider(JosmUrls.getInstance());
        HttpClient.setFactory(Http1Client::new);
        ProjectionRegistry.setProjection(Projections.getProjectionByCode("EPSG:3857"));
        Config.getPref().put("osm-server.url", arguments[0]);
        OsmApi api = new Api(arguments[0], arguments[1]);
        api.initialize(QUIET);
        say("version " + api.getVersion() + ", " + api.getCapabilities().getMaxChangesetSize() + " changes");

        DataSet data = download();
        DataSet stale = download();
        List<String> names = new ArrayList<>();
        data.allPrimitives().stream().filter(each -> !each.isIncomplete()).sorted()
                .forEach(each -> names.add(each.getType().getAPIName().charAt(0) + "" + each.getId()));
        say("downloaded: " + String.join(" ", names));

        Node first = (Node) data.getPrimitiveById(1, OsmPrimitiveType.NODE);
        first.put("name", "by JOSM <&\">");
        first.setModified(true);
        Node added = new Node(new LatLon(47.15, 9.55));
        Way way = new Way();
        data.addPrimitive(added);
        data.addPrimitive(way);
        way.addNode(first);
        way.addNode(added);
        way.put("highway", "path");
        Changeset changeset = new Changeset();
        changeset.put("comment", "by JOSM");
        upload(data, changeset);
        say("uploaded: changeset " + changeset.getId() + ", node " + first.getVersion() + ", new "
                + added.getId() + " " + way.getId());

        OsmPrimitive old = stale.getPrimitiveById(1, OsmPrimitiveType.NODE);
        old.put("name", "too late");
        old.setModified(true);
        refused(stale, changeset);
        refused(deleting(node(2, 3)), changeset);
        refused(deleting(node(3, 2)), changeset);
        api.closeChangeset(changeset, QUIET);
        DataSet later = new DataSet();
        later.addPrimitive(new Node(new LatLon(47.15, 9.56)));
        Changeset closed = new Changeset(changeset.getId());
        closed.setOpen(true);
        refused(later, closed);
        System.exit(0);
    }
}
